package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.simulations.conformance.Capabilities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A child JVM in a network namespace of its own, which ends with it. */
final class ChildInNamespace {

    private static final String SAYS = "CHILD ";

    /** A net for a child that hangs; no test waits for it otherwise. */
    private static final long HANGING_SECONDS = 180;

    private ChildInNamespace() {}

    /**
     * Runs a main class in a namespace with loopback up and the address 10.7.0.1 on it, which is local but no loopback address.
     *
     * @return what it told by {@link #say}, by key
     */
    static Map<String, String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                Capabilities.inNetworkNamespace("ip address add " + KernelProbe.OWN_ADDRESS + "/32 dev lo"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            child.getOutputStream().close();
            child.onExit().orTimeout(HANGING_SECONDS, TimeUnit.SECONDS).exceptionally(late -> child.destroyForcibly());
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, child.waitFor(), output);
            Map<String, String> told = new TreeMap<>();
            output.lines().filter(line -> line.startsWith(SAYS)).forEach(line -> {
                String[] keyAndValue = line.substring(SAYS.length()).split("=", 2);
                told.put(keyAndValue[0], keyAndValue[1]);
            });
            return told;
        } finally {
            child.destroyForcibly();
        }
    }

    /** In the child: tells the test. */
    static void say(String key, Object value) {
        System.out.println(SAYS + key + "=" + value);
    }
}
