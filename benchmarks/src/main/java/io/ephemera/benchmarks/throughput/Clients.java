package io.ephemera.benchmarks.throughput;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who makes the calls: each with as many connections at a time as the others, and until it is ended. */
final class Clients {

    /** Connections at a time. */
    static final int CONNECTIONS = 64;

    static final String PLAIN_NIO = "plain Gatling, NIO";
    static final String PLAIN_EPOLL = "plain Gatling, epoll";
    static final String HARNESS_MODEL = "harness, stack model, NIO";
    static final String HARNESS_OS = "harness, stack os, epoll";

    /** The longest that a peer is told to go on. */
    private static final String SECONDS = "600";

    /** More than any of them gets through in that time. */
    private static final String REQUESTS = "20000000";

    private static final String CONNECTIONS_TEXT = Integer.toString(CONNECTIONS);
    private static final String CLOSE = "Connection: close";

    /**
     * Some 30,000 calls/s do not exhaust these: more than Gatling gets through on a few processors. The others are for whoever asks the
     * server for its counters: the system gives nobody a port that was bound, as long as it is in TIME_WAIT.
     */
    private static final Map<String, String> ROOMY =
            Map.of("ephemera.ports", "1024-60999", "ephemera.timeWait", "2s", "ephemera.speedup", "1");

    /** More calls than a turn makes. */
    private static final Map<String, String> ENDLESS =
            Map.of("ephemera.rates", "1000", "ephemera.duration", "1h", "ephemera.live", "off");

    /**
     * That many virtual users of a run warm up, unrecorded, with these ports, and some more: 5.87 s at the highest rate of its plan,
     * the saturated step's 38,985 calls/s. Plain Gatling gets the same.
     */
    private static final int GATLING_WARM_UP_CALLS = 235_000;

    private static final int PEER_WARM_UP_CALLS = 20_000;

    /**
     * One of them.
     *
     * @param name for people
     * @param warmUpCalls calls before it is as fast as it gets
     * @param program what has to be installed; {@code null}: nothing
     */
    record Client(String name, int warmUpCalls, @Nullable String program, Command command) {

        /** Whether it can be run here. */
        boolean isInstalled() {
            return program == null
                    || Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }

        /** Whether it binds its ports itself, and does not leave them to the system. */
        boolean bindsPorts() {
            return name.equals(HARNESS_MODEL);
        }
    }

    /** How it is started. */
    @FunctionalInterface
    interface Command {
        List<String> to(String url, Path scratch) throws IOException;
    }

    private Clients() {}

    /** Gatling without anything of ours, and with it. */
    static List<Client> gatling() {
        return List.of(
                new Client(
                        PLAIN_NIO, GATLING_WARM_UP_CALLS, null, (url, scratch) -> gatling(url, scratch, false, null)),
                new Client(
                        HARNESS_MODEL,
                        GATLING_WARM_UP_CALLS,
                        null,
                        (url, scratch) -> gatling(url, scratch, false, "model")),
                new Client(
                        PLAIN_EPOLL, GATLING_WARM_UP_CALLS, null, (url, scratch) -> gatling(url, scratch, true, null)),
                new Client(
                        HARNESS_OS, GATLING_WARM_UP_CALLS, null, (url, scratch) -> gatling(url, scratch, true, "os")));
    }

    /** Other load generators. */
    static List<Client> peers() {
        return List.of(
                wrk(),
                ab(),
                new Client(
                        "h2load",
                        PEER_WARM_UP_CALLS,
                        "h2load",
                        (url, scratch) -> List.of(
                                "h2load", "--h1", "-t", "1", "-c", CONNECTIONS_TEXT, "-n", REQUESTS, "-H", CLOSE, url)),
                new Client(
                        "hey",
                        PEER_WARM_UP_CALLS,
                        "hey",
                        (url, scratch) ->
                                List.of("hey", "-z", SECONDS + "s", "-c", CONNECTIONS_TEXT, "-disable-keepalive", url)),
                new Client(
                        "siege",
                        PEER_WARM_UP_CALLS,
                        "siege",
                        (url, scratch) -> List.of(
                                "siege",
                                "-b",
                                "-q",
                                "-c",
                                CONNECTIONS_TEXT,
                                "-t",
                                SECONDS + "S",
                                "-R",
                                siegeConf(scratch),
                                url)));
    }

    /** The one that drives a server. */
    static Client wrk() {
        return new Client(
                "wrk",
                PEER_WARM_UP_CALLS,
                "wrk",
                (url, scratch) ->
                        List.of("wrk", "-t", "1", "-c", CONNECTIONS_TEXT, "-d", SECONDS + "s", "-H", CLOSE, url));
    }

    /** Another one, which reads a response that ends with the connection as it is: it makes one connection a call. */
    static Client ab() {
        return new Client(
                "ab",
                PEER_WARM_UP_CALLS,
                "ab",
                (url, scratch) -> List.of("ab", "-q", "-t", SECONDS, "-n", "5000000", "-c", CONNECTIONS_TEXT, url));
    }

    private static String siegeConf(Path scratch) throws IOException {
        Path file = scratch.resolve("siege.conf");
        Files.writeString(file, """
                connection = close
                protocol = HTTP/1.1
                verbose = false
                logging = false
                cache = false
                limit = 255
                parser = false
                csv = false
                failures = 1000000
                """, StandardCharsets.UTF_8);
        return file.toString();
    }

    /** @param stack of the harness; {@code null}: without it */
    private static List<String> gatling(String url, Path scratch, boolean epoll, @Nullable String stack) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // As the harness's own runs by Maven.
                "-Xms1g",
                "-Xmn800m",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-Djava.util.prefs.PreferencesFactory=io.ephemera.simulations.gatling.TransientPreferences",
                "-Dgatling.conf.file=gatling-without-log.conf",
                "-Dgatling.netty.useNativeTransport=" + epoll,
                "-D" + ClosedCalls.URL + "=" + url,
                "-D" + ClosedCalls.HARNESS + "=" + (stack != null)));
        if (stack != null) {
            command.add("-Dephemera.stack=" + stack);
            command.add("-Dephemera.target=" + url);
            command.add("-Dephemera.report.dir=" + scratch.resolve("runs"));
            ENDLESS.forEach((key, value) -> command.add("-D" + key + "=" + value));
            if (stack.equals("model")) {
                ROOMY.forEach((key, value) -> command.add("-D" + key + "=" + value));
            }
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.gatling.app.Gatling",
                "--simulation",
                ClosedCalls.class.getName(),
                "--results-folder",
                scratch.resolve("gatling").toString(),
                "--no-reports"));
        return command;
    }
}
