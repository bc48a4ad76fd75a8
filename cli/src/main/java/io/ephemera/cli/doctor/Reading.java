package io.ephemera.cli.doctor;

import io.ephemera.cli.console.ExitCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that one look at the machine found.
 *
 * @param expected {@code null} where nothing was to be compared
 * @param probe {@code null} where none was asked for
 */
record Reading(
        Instant at,
        Checkup checkup,
        @Nullable Expectation expected,
        @Nullable Probe probe) {

    boolean isProbeRefused() {
        return probe != null && probe.outcome() == Probe.Outcome.EXHAUSTED;
    }

    /** Whether nothing of it asks for anything. */
    boolean isHealthy() {
        return checkup.state() == Nearness.HEALTHY && exitCode() == ExitCode.OK;
    }

    int exitCode() {
        if (isProbeRefused()) {
            return ExitCode.FOUND;
        }
        int state = checkup.state().exitCode();
        return state == ExitCode.OK && expected != null && !expected.holds() ? ExitCode.FOUND : state;
    }
}
