package io.ephemera.simulations.machine;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads what this machine's TCP would do, and what holds its ports. It changes nothing and needs no privilege. Not for use by
 * several threads at once.
 */
public interface MachineReader {

    /** Reads the limits. A figure that can't be read says why; nothing is thrown for it. */
    MachineLimits limits();

    /**
     * Reads what holds the ephemeral ports now.
     *
     * @param limits the limits in force: they say which ports are ephemeral, and how long TIME_WAIT holds each
     */
    PortUse portUse(MachineLimits limits);

    /**
     * The reader of this machine.
     *
     * @throws UnsupportedOperationException on an operating system other than Linux, Windows and macOS; the message says which
     */
    static MachineReader here() {
        String system = System.getProperty("os.name", "");
        String version = system + " " + System.getProperty("os.version", "");
        String lower = system.toLowerCase(Locale.ROOT);
        if (lower.startsWith("linux")) {
            return new LinuxMachine(Path.of("/proc"), Path.of("/boot"));
        }
        if (lower.startsWith("windows")) {
            return new WindowsMachine(version, Commands.system(), WindowsMachine::processName);
        }
        if (lower.startsWith("mac")) {
            return new MacMachine(version, Commands.system());
        }
        throw new UnsupportedOperationException(
                "the TCP limits of " + system + " can't be read: only those of Linux, Windows and macOS");
    }
}
