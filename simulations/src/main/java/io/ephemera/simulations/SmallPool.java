package io.ephemera.simulations;

/**
 * Ten callers share a pool that keeps five connections: half of their calls open one, though keep-alive is on
 * ({@code docs/lessons/10-small-pool.md}).
 */
public final class SmallPool extends SingleRun {}
