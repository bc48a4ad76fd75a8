package io.ephemera.simulations.machine;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Readers of what was recorded on other machines; the origin of each file is in the README beside them. */
final class Recorded {

    private Recorded() {}

    static Path path(String name) {
        return Path.of(URI.create(
                Objects.requireNonNull(Recorded.class.getResource(name), name).toString()));
    }

    static String text(String file) throws IOException {
        return Files.readString(path(file), StandardCharsets.ISO_8859_1);
    }

    /**
     * A copy of the recorded {@code /proc}, with some of its files changed.
     *
     * @param settings as {@code name=value} with a value for a sysctl, or {@code -name} for a file that this kernel does not have
     */
    static LinuxMachine linux(Path folder, String... settings) throws IOException {
        Path recorded = path("linux/proc");
        Path proc = folder.resolve("proc");
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = proc.resolve(recorded.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        Path sysctls = proc.resolve("sys/net/ipv4");
        for (String setting : settings) {
            String[] nameAndValue = setting.split("=", 2);
            if (nameAndValue.length == 2) {
                Files.writeString(sysctls.resolve(nameAndValue[0]), nameAndValue[1].replace('_', ' ') + "\n");
            } else {
                Files.deleteIfExists(sysctls.resolve(setting.substring(1)));
                Files.deleteIfExists(proc.resolve(setting.substring(1)));
            }
        }
        return new LinuxMachine(proc, folder.resolve("boot"));
    }

    /** A Windows whose commands print what was recorded. */
    static MachineReader windows(String range, String excluded, String registry) {
        return new WindowsMachine(
                "Windows 11 10.0",
                commands(Map.of(
                        "netsh int ipv4 show dynamicport tcp", "windows/dynamicport-" + range + ".txt",
                        "netsh int ipv4 show excludedportrange tcp", "windows/excludedportrange-" + excluded + ".txt",
                        "reg query HKLM\\SYSTEM", "windows/reg-query-" + registry + ".txt",
                        "netstat -ano", "windows/netstat-ano-german.txt")),
                id -> "process");
    }

    /** A macOS whose commands print what was recorded. */
    static MachineReader mac(String sysctl) {
        return new MacMachine(
                "Mac OS X 15.1",
                commands(Map.of(
                        "/usr/sbin/sysctl net.inet.ip",
                        "macos/sysctl-" + sysctl + ".txt",
                        "/usr/sbin/netstat -an -p tcp",
                        "macos/netstat-an.txt")));
    }

    /** @param files what a command prints, by how it begins; no other can be run */
    static Commands commands(Map<String, String> files) {
        return (List<String> command) -> {
            for (Map.Entry<String, String> file : files.entrySet()) {
                if (String.join(" ", command).startsWith(file.getKey())) {
                    return text(file.getValue());
                }
            }
            throw new IOException("there is no such command");
        };
    }
}
