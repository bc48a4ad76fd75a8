package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A child JVM in a network namespace of its own, which ends with it. */
final class PrivateNetwork {

    private static final String SAYS = "CHILD ";
    private static final long HANGING_SECONDS = 180;

    private PrivateNetwork() {}

    /**
     * Runs a main class in a namespace with loopback up and the address 10.7.0.1 on it, which is local but no loopback address.
     *
     * @return what it told by {@link #say}, by key
     */
    static Map<String, String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        requireCapability();
        List<String> command = unshare();
        command.add("ip link set lo up && ip address add 10.7.0.1/32 dev lo && exec \"$@\"");
        command.add("sh");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            child.getOutputStream().close();
            // A net for a child that hangs; no test waits for it otherwise.
            child.onExit().orTimeout(HANGING_SECONDS, TimeUnit.SECONDS).exceptionally(late -> child.destroyForcibly());
            Map<String, String> told = new TreeMap<>();
            List<String> rest = new ArrayList<>();
            for (String line : new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith(SAYS)) {
                    String[] keyAndValue = line.substring(SAYS.length()).split("=", 2);
                    told.put(keyAndValue[0], keyAndValue[1]);
                } else {
                    rest.add(line);
                }
            }
            if (child.waitFor() != 0) {
                fail("the child failed: " + String.join("\n", rest));
            }
            return told;
        } finally {
            child.destroyForcibly();
        }
    }

    /** In the child: tells the test. */
    static void say(String key, Object value) {
        System.out.println(SAYS + key + "=" + value);
        System.out.flush();
    }

    /** Skips the test where there are no namespaces, and fails it there in CI, where they have to be. */
    static void requireCapability() throws IOException, InterruptedException {
        String missing = missing();
        if (missing == null) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            fail("in CI this test must run, but " + missing);
        }
        System.out.println("skipped: " + missing);
        Assumptions.abort(missing);
    }

    private static @Nullable String missing() throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "this is not Linux: no network namespaces";
        }
        List<String> command = unshare();
        command.add("ip link set lo up");
        Process trial;
        try {
            trial = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return "there is no unshare (util-linux)";
        }
        String said = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!trial.waitFor(10, TimeUnit.SECONDS) || trial.exitValue() != 0) {
            return "no private network namespace can be had: " + said;
        }
        return null;
    }

    private static List<String> unshare() throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare"));
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        if (!root) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--net", "sh", "-c"));
        return command;
    }
}
