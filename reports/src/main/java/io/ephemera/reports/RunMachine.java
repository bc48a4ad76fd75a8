package io.ephemera.reports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * By what, and where, a run was made: on the model nothing of it changes what the run finds, only how long it takes.
 *
 * @param ephemera version of Ephemera
 * @param jdk version and vendor of the JDK
 * @param os name, version and architecture of the operating system
 * @param cores processors that the JVM may use
 * @param loadAverageAtStart of the system, over the minute before; {@code null} where the system tells none, as Windows does
 * @param loadAverageAtEnd the same when the last call had ended; {@code null} also for a partial run
 */
public record RunMachine(
        String ephemera,
        String jdk,
        String os,
        int cores,
        @Nullable Double loadAverageAtStart,
        @Nullable Double loadAverageAtEnd) {

    static RunMachine atStart() {
        return new RunMachine(
                version(),
                System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                loadAverage(),
                null);
    }

    RunMachine atEnd() {
        return new RunMachine(ephemera, jdk, os, cores, loadAverageAtStart, loadAverage());
    }

    private static @Nullable Double loadAverage() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? null : (Double) Format.decimal(load, 2, 0);
    }

    private static String version() {
        try (InputStream in = RunMachine.class.getResourceAsStream("version.properties")) {
            Properties version = new Properties();
            version.load(Objects.requireNonNull(in));
            return version.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In one line. */
    public String words() {
        return "Ephemera " + ephemera + ", JDK " + jdk + ", " + os + ", " + cores + (cores == 1 ? " core" : " cores")
                + (loadAverageAtStart == null
                        ? ""
                        : ", load average " + loadAverageAtStart
                                + (loadAverageAtEnd == null
                                        ? ""
                                        : " at the start and " + loadAverageAtEnd + " at the end"));
    }
}
