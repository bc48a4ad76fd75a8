package io.ephemera.simulations.stack;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.StackName;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings under {@code net.ipv4} of the network namespace that this process is in. Writes only in one of the run's own. */
final class Sysctl {

    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");

    private Sysctl() {}

    static boolean exists(String name) {
        return Files.exists(IPV4.resolve(name));
    }

    /**
     * Sets it, and looks whether it is set: some values are taken silently for others.
     *
     * @throws BadSettingException if it can't be set: one line says why, and how to get it
     */
    static void write(String name, String value) throws BadSettingException {
        if (!PrivateNetwork.isInside()) {
            throw new IllegalStateException("net.ipv4." + name + " of the host is not ours to change");
        }
        try {
            Files.writeString(IPV4.resolve(name), value + "\n");
            String now = read(name);
            if (!now.equals(value)) {
                throw refused(name, value, "it is " + now + " then");
            }
        } catch (IOException e) {
            throw refused(name, value, String.valueOf(e.getMessage()));
        }
    }

    /** A sysctl is whole only in the first read of a file that says it is empty, which {@code Files.readString} reads by the byte. */
    private static String read(String name) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(IPV4.resolve(name))) {
            String line = reader.readLine();
            return line == null ? "" : line.strip().replaceAll("\\s+", " ");
        }
    }

    private static BadSettingException refused(String name, String value, String why) {
        return new BadSettingException(
                Setting.STACK,
                StackName.NETNS.toString(),
                "net.ipv4." + name + "=" + value + " can't be set in the namespace (" + why
                        + "); it takes a writable /proc/sys, in a container --security-opt systempaths=unconfined");
    }
}
