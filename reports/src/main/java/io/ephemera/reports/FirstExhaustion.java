package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;

/**
 * The first call of a step that was refused with no free port.
 *
 * @param step index of the step in {@link RunPlan#steps()}
 * @param secondsIntoStep when, in modelled seconds from the start of the step
 * @param live ports of live connections at that moment
 * @param timeWait ports in TIME_WAIT at that moment
 * @param message what Gatling reported, for example {@code j.n.BindException: Address already in use: connect}
 */
public record FirstExhaustion(int step, double secondsIntoStep, int live, int timeWait, String message) {}
