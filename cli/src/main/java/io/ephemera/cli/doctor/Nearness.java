package io.ephemera.cli.doctor;

import io.ephemera.cli.console.ExitCode;
import java.util.Locale;

/** How near a machine is to exhaustion, the worst last. */
public enum Nearness {
    HEALTHY(ExitCode.OK),
    UNKNOWN(ExitCode.UNKNOWN),
    NEAR(ExitCode.FOUND),
    EXHAUSTED(ExitCode.FOUND);

    private final int exitCode;

    Nearness(int exitCode) {
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
