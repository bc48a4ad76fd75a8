package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** Answers commands with what they printed on another machine: files by how the command begins. */
record RecordedCommands(Map<String, String> files) implements Commands {

    /** A machine on which no command works. */
    static final RecordedCommands NONE = new RecordedCommands(Map.of());

    static MachineReader windows(String range, String excluded, String registry) {
        return new WindowsMachine(
                "Windows 11 10.0",
                new RecordedCommands(Map.of(
                        "netsh int ipv4 show dynamicport tcp", "windows/dynamicport-" + range + ".txt",
                        "netsh int ipv4 show excludedportrange tcp", "windows/excludedportrange-" + excluded + ".txt",
                        "reg query HKLM\\SYSTEM", "windows/reg-query-" + registry + ".txt",
                        "netstat -ano", "windows/netstat-ano-german.txt")));
    }

    static MachineReader mac(String sysctl) {
        return new MacMachine(
                "Mac OS X 15.1",
                new RecordedCommands(Map.of(
                        "/usr/sbin/sysctl net.inet.ip",
                        "macos/sysctl-" + sysctl + ".txt",
                        "/usr/sbin/netstat -an -p tcp",
                        "macos/netstat-an.txt")));
    }

    @Override
    public String run(List<String> command) throws IOException {
        String line = String.join(" ", command);
        String file = files.keySet().stream()
                .filter(line::startsWith)
                .findFirst()
                .map(files::get)
                .orElseThrow(() -> new IOException("there is no such command"));
        return text(file);
    }

    static String text(String file) throws IOException {
        return Files.readString(Recorded.path(file), StandardCharsets.ISO_8859_1);
    }
}
