package io.ephemera.simulations;

/**
 * A part of an application does not close its connections, until calls that do find no port: the same error with hardly a TIME_WAIT
 * ({@code docs/lessons/8-leak.md}).
 */
public final class Leak extends SingleRun {}
