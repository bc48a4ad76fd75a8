package io.ephemera.simulations.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A class whose runs need the machine at the right moment, since the limits they meet are the kernel's. Such classes go by one after
 * the other, and beside the runs in virtual time, which take what processor is left.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(WallClock.LOCK)
@Tag("whole-run")
public @interface WallClock {

    /** What such classes, and such tests of others, have in turn. */
    String LOCK = "wall clock";

    /** The same for runs of few calls a second, which go beside the others. */
    String LOCK_OF_QUIET_RUNS = "wall clock, quiet";
}
