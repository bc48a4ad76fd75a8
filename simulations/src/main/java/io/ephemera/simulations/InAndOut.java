package io.ephemera.simulations;

/**
 * The telnet test: nothing goes out of a machine whose ports are used up, and from elsewhere it can be reached as ever
 * ({@code docs/lessons/4-in-and-out.md}).
 */
public final class InAndOut extends SingleRun {}
