package io.ephemera.simulations;

/**
 * TIME_WAIT, counted by remote endpoint, tells whether it is port exhaustion, how near, and who burns the ports
 * ({@code docs/lessons/6-netstat-test.md}).
 */
public final class NetstatTest extends SingleRun {}
