package io.ephemera.benchmarks.exhaustion;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network namespace of Linux for one command: nothing in it reaches another, and its settings are its own. All processes in it
 * end with the command.
 */
public final class Namespace {

    private static final Path UNSHARE = Path.of("/usr/bin/unshare");

    private static final String SET_UP = "ip link set lo up; while [ \"$1\" != -- ]; do"
            + " if [ -e \"/proc/sys/net/ipv4/$1\" ]; then echo \"$2\" >\"/proc/sys/net/ipv4/$1\"; fi; shift 2; done; shift;"
            + " \"$@\"; exit $?";

    private Namespace() {}

    /** Whether this machine has such namespaces. */
    public static boolean isAvailable() {
        return Files.isExecutable(UNSHARE);
    }

    /**
     * The command that runs the other one in a namespace.
     *
     * @param ipv4 values for files of {@code /proc/sys/net/ipv4/}; a file that this kernel lacks is left out
     */
    public static List<String> command(Map<String, String> ipv4, List<String> inside) {
        List<String> command = new ArrayList<>(List.of(UNSHARE.toString()));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec", SET_UP, "sh"));
        ipv4.forEach((file, value) -> command.addAll(List.of(file, value)));
        command.add("--");
        command.addAll(inside);
        return command;
    }
}
