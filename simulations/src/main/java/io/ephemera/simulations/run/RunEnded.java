package io.ephemera.simulations.run;

/** A run has ended in a JVM that has others to make, and has said all that it has to say. No failure that anybody is to handle. */
public final class RunEnded extends Error {

    /** The system property, {@code true} in such a JVM. */
    public static final String IN_PLACE_OF_JVM = "io.ephemera.runs.inOneJvm";

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    RunEnded(int exitCode) {
        super("exit code " + exitCode);
        this.exitCode = exitCode;
    }

    /** What the JVM's exit code would have been. */
    public int exitCode() {
        return exitCode;
    }
}
