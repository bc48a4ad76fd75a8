package io.ephemera.simulations;

/**
 * A bind conflict and exhaustion, two failures with the same words: one is about one port and has an owner, the other about all of
 * them and has none ({@code docs/lessons/7-occupied-port.md}).
 */
public final class OccupiedPort extends SingleRun {}
