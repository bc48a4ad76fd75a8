package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the recorded {@code /proc}, with some of its files changed. */
record LinuxVariant(Path proc) {

    static LinuxVariant in(Path folder) throws IOException {
        Path recorded = Recorded.path("linux/proc");
        Path proc = folder.resolve("proc");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(recorded)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = proc.resolve(recorded.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        return new LinuxVariant(proc);
    }

    /** Settings as {@code name=value}, or {@code -name} for one that this kernel does not have. */
    LinuxVariant with(String... settings) throws IOException {
        for (String setting : settings) {
            if (setting.startsWith("-")) {
                Files.delete(sysctl(setting.substring(1)));
            } else {
                String[] nameAndValue = setting.split("=", 2);
                Files.writeString(sysctl(nameAndValue[0]), nameAndValue[1] + "\n");
            }
        }
        return this;
    }

    LinuxVariant without(String file) throws IOException {
        Files.delete(proc.resolve(file));
        return this;
    }

    LinuxMachine reader() {
        return new LinuxMachine(proc, proc.resolveSibling("boot"));
    }

    private Path sysctl(String name) {
        return proc.resolve("sys/net/ipv4").resolve(name);
    }
}
