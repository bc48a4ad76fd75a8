package io.ephemera.simulations;

/**
 * A monitoring engine polls more devices than the ports of its machine suffice for: all seem to be gone at once
 * ({@code docs/lessons/3-monitoring-engine.md}).
 */
public final class MonitoringEngine extends SingleRun {}
