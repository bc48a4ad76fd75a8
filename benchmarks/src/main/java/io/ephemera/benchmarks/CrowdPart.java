package io.ephemera.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ten thousand connections that ask for nothing, to the live page and to the stub of a run: it finds what it finds without them, to the
 * call. Each run is paced, so that they are there from its beginning on. Linux.
 */
final class CrowdPart implements Part {

    private static final int CONNECTIONS = 10_000;
    private static final int CONNECT_MILLIS = 1_000;

    private static final Pattern LIVE = Pattern.compile("live +(http://127\\.0\\.0\\.1:\\d+/)");
    private static final Pattern STUB = Pattern.compile("\"(http://127\\.0\\.0\\.1:\\d+/)\"");

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        StringBuilder table = new StringBuilder(
                        "| connections to | made | of them during the run | seconds | verdict | measured | refused |\n")
                .append("|---|---|---|---|---|---|---|\n");
        String quiet = run("nobody", null, folder, table);
        for (int round = 0; round < rounds; round++) {
            for (String to : List.of("live page", "stub")) {
                String crowded = run(to, to.equals("stub") ? STUB : LIVE, folder, table);
                if (!crowded.equals(quiet)) {
                    throw new IOException("the run finds something else beside the connections:\n" + table);
                }
            }
        }
        return table.toString();
    }

    /** What the run has found. */
    private static String run(String to, @Nullable Pattern where, Path folder, StringBuilder table)
            throws IOException, InterruptedException {
        Path runs = Files.createTempDirectory(folder, "crowd");
        Path output = runs.resolve("output");
        List<String> options = List.of("--ports=22000-22499", "--time-wait=60s", "--pace=10", "--report-dir=" + runs);
        long began = System.nanoTime();
        Process process = new ProcessBuilder(
                        Programs.jar(Stream.concat(Stream.of("run", "KeepAliveOff"), options.stream())
                                .toList()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        List<Socket> crowd = new ArrayList<>();
        int during = 0;
        try {
            URI uri = where == null ? null : uri(process, where == STUB ? runs : output, where);
            while (uri != null && crowd.size() < CONNECTIONS && process.isAlive()) {
                Socket socket = new Socket();
                crowd.add(socket);
                connect(socket, uri);
                during += process.isAlive() ? 1 : 0;
            }
            process.waitFor();
        } finally {
            process.destroyForcibly();
            for (Socket socket : crowd) {
                socket.close();
            }
        }
        MeasuredRun run = MeasuredRun.only(runs, (System.nanoTime() - began) / 1e9);
        String measured = run.result().at("/measured/thresholdCallsPerSecond").asText();
        String found = run.verdict() + " | " + measured + " | "
                + run.result().at("/calls/exhausted").asText();
        table.append("| " + to + " | " + crowd.size() + " | " + during + " | " + Math.round(run.seconds()) + " | "
                + found + " |\n");
        Programs.delete(runs);
        return found;
    }

    /** What the run says on its console, or in its recording. */
    private static URI uri(Process process, Path place, Pattern where) throws IOException, InterruptedException {
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            try (Stream<Path> files =
                    Files.find(place, 2, (path, its) -> path.equals(place) || path.endsWith("recording.jsonl"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher said = where.matcher(Files.readString(file));
                    if (said.find()) {
                        return URI.create(said.group(1));
                    }
                }
            }
        }
        throw new IOException("the run has ended before it said where it listens");
    }

    /** From an address that has all its ports. A live page that holds as many callers as it may takes no more. */
    private static void connect(Socket socket, URI uri) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), CONNECT_MILLIS);
        } catch (SocketTimeoutException full) {
            socket.close();
        }
    }
}
