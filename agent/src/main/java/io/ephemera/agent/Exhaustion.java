package io.ephemera.agent;

/**
 * The state of the pool when a connection was refused for want of a port.
 *
 * @param atNanos when, on the clock of the limits
 * @param live ports of live connections
 * @param timeWait ports in TIME_WAIT
 */
public record Exhaustion(long atNanos, int live, int timeWait) {}
