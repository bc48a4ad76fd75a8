package io.ephemera.simulations.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine outside of every namespace of a run. */
final class Host {

    private Host() {}

    /** What a run must leave as it was: every setting of TCP and IP that can be read. */
    static Map<String, String> sysctls() throws IOException {
        Map<String, String> values = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/sys/net/ipv4"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (BufferedReader reader = Files.newBufferedReader(file)) {
                    values.put(file.getFileName().toString(), String.valueOf(reader.readLine()));
                } catch (IOException e) {
                    // Some can only be written.
                }
            }
        }
        return values;
    }

    static boolean isRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+0\\s.*"));
    }

    /** The network namespace of a process. */
    static String namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
    }

    /** Waits, a minute for each at most, until no process is in the namespace: a child may outlive the one that was seen to end. */
    static void awaitNamespaceGone(String namespace) throws Exception {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (isIn(namespace, process)) {
                process.onExit().get(1, TimeUnit.MINUTES);
            }
        }
    }

    private static boolean isIn(String namespace, ProcessHandle process) {
        try {
            return namespace(process.pid()).equals(namespace);
        } catch (IOException e) {
            // It has ended, or belongs to somebody else.
            return false;
        }
    }
}
