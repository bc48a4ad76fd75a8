package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.simulations.load.ConnectionUse;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ends the offering of calls where more of them would prove nothing. A generator that is behind starts calls all the same, their
 * sockets pile up until this process may open no more files, and calls then fail of that. Such a run is inconclusive anyway, so
 * it stops before.
 */
final class OfferLimit {

    /** Of the files that this process may open; the rest is for what is opened between two looks, and for the run's own. */
    private static final double FILES_SHARE = 0.75;

    /** Counting the open files, 10 ms where there are 10,000, takes this share of the time at most. */
    private static final long LOOK_SHARE = 50;

    private static final long LOOK_NANOS = 100_000_000L;

    private static final long NOT_COUNTED = -1;

    /** {@code null} where nobody counts them. */
    private final @Nullable UnixOperatingSystemMXBean system;

    private final long mostFiles;
    private final long filesBefore;
    private final int filesPerUser;
    private final int callsPerUser;
    private final AtomicLong usersSinceLook = new AtomicLong();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private volatile long nextLookNanos;
    private volatile long openFiles;

    /** For calls that begin now. */
    OfferLimit(Preparation prepared, long nowNanos) {
        UnixOperatingSystemMXBean unix =
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean one ? one : null;
        this.filesBefore = unix == null ? NOT_COUNTED : openFiles(unix);
        this.system = filesBefore == NOT_COUNTED ? null : unix;
        this.mostFiles = system == null ? Long.MAX_VALUE : (long) (system.getMaxFileDescriptorCount() * FILES_SHARE);
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
        // From time to time; and at once where those who have started since could have opened all that are left.
        boolean couldBeAll = openFiles + usersSinceLook.incrementAndGet() * filesPerUser > mostFiles;
        if (couldBeAll || nowNanos - nextLookNanos >= 0) {
            look(system, nowNanos);
        }
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

    private void look(UnixOperatingSystemMXBean unix, long nowNanos) {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            long before = System.nanoTime();
            usersSinceLook.set(0);
            long counted = openFiles(unix);
            // The JVM opens a file to count them.
            openFiles = counted == NOT_COUNTED ? unix.getMaxFileDescriptorCount() : counted;
            nextLookNanos = nowNanos + Math.max(LOOK_NANOS, LOOK_SHARE * (System.nanoTime() - before));
        } finally {
            looking.set(false);
        }
    }

    private static long openFiles(UnixOperatingSystemMXBean unix) {
        try {
            return unix.getOpenFileDescriptorCount();
        } catch (InternalError e) {
            return NOT_COUNTED;
        }
    }
}
