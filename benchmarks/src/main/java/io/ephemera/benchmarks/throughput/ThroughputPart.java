package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.process.AtExit;
import io.ephemera.benchmarks.process.Namespace;
import io.ephemera.benchmarks.process.Scratch;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns of clients at servers, in a namespace whose ports do not run out. */
public final class ThroughputPart implements Part {

    private static final String DEFAULT_SECONDS = "8";

    private final String what;

    private ThroughputPart(String what) {
        this.what = what;
    }

    /** Our harness beside plain Gatling and other load generators. */
    public static Part ofClients() {
        return new ThroughputPart("throughput");
    }

    /** Our harness in an open model, at one rate after the other. */
    public static Part ofOpenModel() {
        return new ThroughputPart("open");
    }

    /** Our stub beside nginx. */
    public static Part ofServers() {
        return new ThroughputPart("stub");
    }

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        if (!Namespace.isAvailable()) {
            return "skipped: this machine has no unshare, or no Linux\n";
        }
        // Ports that are in TIME_WAIT come back after a millisecond.
        Map<String, String> roomy = new TreeMap<>(Map.of(
                "ip_local_port_range", "1024 65535",
                "tcp_tw_reuse", "1",
                "tcp_tw_reuse_delay", "1",
                "ip_unprivileged_port_start", "0"));
        // What is killed in there can't delete its files: all of them are in this folder.
        try (Scratch scratch = Scratch.make()) {
            return measure(roomy, rounds, scratch.folder());
        }
    }

    private String measure(Map<String, String> ipv4, int rounds, Path temporary)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Namespace.command(
                        ipv4,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Inside.class.getName(),
                                what,
                                Integer.toString(rounds),
                                System.getProperty("ephemera.benchmarks.seconds", DEFAULT_SECONDS))))
                .redirectError(Redirect.INHERIT)
                .start();
        AtExit atExit = AtExit.run(process::destroyForcibly);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        atExit.close();
        if (exitCode != 0) {
            throw new IOException("the namespace's run failed with exit code " + exitCode);
        }
        return out;
    }
}
