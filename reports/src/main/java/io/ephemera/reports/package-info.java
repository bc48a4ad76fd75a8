/**
 * A recorded run becomes a verdict.
 *
 * <p>The way through: a {@link io.ephemera.ports.run.RunPlan} says what a run is going to do; a {@link
 * io.ephemera.reports.RecordingWriter} writes the plan, what happened in each slice of modelled time, and how the run ended; a
 * {@link io.ephemera.reports.Recording} is read back from that file; {@link io.ephemera.reports.Judge} makes a {@link
 * io.ephemera.reports.RunResult} of it, which goes to {@code result.json} and to the console. A run that was killed takes the
 * same way, only shorter.
 *
 * <p>May touch {@code ports}, {@code ports.run}.
 */
@NullMarked
package io.ephemera.reports;

import org.jspecify.annotations.NullMarked;
