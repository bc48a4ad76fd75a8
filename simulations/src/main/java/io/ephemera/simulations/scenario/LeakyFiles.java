package io.ephemera.simulations.scenario;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The files that a process may open, of which each end of a connection is one. */
final class LeakyFiles {

    /** What a run has open beside its connections, generously. */
    static final int OTHERS = 500;

    private LeakyFiles() {}

    /** The most that this process may have open; without limit where the platform has none to tell. */
    static long most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
