package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.simulations.load.ConnectionUse;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ends the offering of calls where more of them would prove nothing. A generator that is behind starts calls all the same, their
 * sockets pile up until this process may open no more files, and calls then fail of that. Such a run is inconclusive anyway, so
 * it stops before.
 */
final class OfferLimit {

    /** Of the files that this process may open; the rest is for the run's own. */
    private static final double FILES_SHARE = 0.9;

    /** Counting the open files may take this share of the time at most. */
    private static final long LOOK_SHARE = 50;

    private static final long LOOK_NANOS = 100_000_000L;

    private final @Nullable UnixOperatingSystemMXBean system =
            ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix : null;
    private final long mostFiles;
    private final long filesBefore;
    private final int filesPerUser;
    private final int callsPerUser;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private volatile long nextLookNanos;
    private volatile long openFiles;

    /** For calls that begin now. */
    OfferLimit(Preparation prepared, long nowNanos) {
        this.mostFiles = system == null ? Long.MAX_VALUE : (long) (system.getMaxFileDescriptorCount() * FILES_SHARE);
        this.filesBefore = system == null ? 0 : system.getOpenFileDescriptorCount();
        this.openFiles = filesBefore;
        boolean oneConnection = prepared.usage().pattern().connections() == ConnectionUse.MULTIPLEXED;
        this.filesPerUser = oneConnection ? 0 : prepared.target().isOwn() ? 2 : 1;
        this.callsPerUser = prepared.usage().callsPerUser();
        this.nextLookNanos = nowNanos + LOOK_NANOS;
    }

    /**
     * Whether a virtual user may make its calls.
     *
     * @param callsUnderWay calls of users who have started that have not ended, without its own
     */
    boolean allows(long callsUnderWay, long nowNanos) {
        if (system == null || filesPerUser == 0) {
            return true;
        }
        look(nowNanos);
        // Those under way are known at once, and what a target in this process has yet to close only from time to time.
        long files = Math.max(openFiles, filesBefore + callsUnderWay / callsPerUser * filesPerUser);
        if (files + filesPerUser <= mostFiles) {
            return true;
        }
        reason.compareAndSet(
                null,
                String.format(
                        Locale.ROOT,
                        "%,d calls were under way, and %,d of the %,d files open that this process may open (ulimit -n)",
                        callsUnderWay,
                        files,
                        system.getMaxFileDescriptorCount()));
        return false;
    }

    /** Why calls were not offered; {@code null} while all are. */
    @Nullable
    String reason() {
        return reason.get();
    }

    private void look(long nowNanos) {
        if (system == null || nowNanos - nextLookNanos < 0 || !looking.compareAndSet(false, true)) {
            return;
        }
        long before = System.nanoTime();
        openFiles = system.getOpenFileDescriptorCount();
        nextLookNanos = nowNanos + Math.max(LOOK_NANOS, LOOK_SHARE * (System.nanoTime() - before));
        looking.set(false);
    }
}
