package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.process.Child;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is called, in a process of its own: it counts its connections and requests, the same for whoever calls. */
final class Server implements AutoCloseable {

    static final String NGINX = "nginx, one worker";

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Path NGINX_PROGRAM = Path.of("/usr/sbin/nginx");
    private static final Pattern STUB_COUNTERS =
            Pattern.compile("\"connectionsAccepted\" ?: ?(\\d+).*\"requests\" ?: ?(\\d+)", Pattern.DOTALL);
    private static final Pattern NGINX_COUNTERS = Pattern.compile("requests\\s+(\\d+) \\d+ (\\d+)");

    private final String name;
    private final Child process;
    private final int port;
    private final String counters;
    private final Pattern form;
    /** A reading of nginx's counters is a connection and a request too. */
    private final boolean countsReadings;

    private long readings;

    private Server(String name, Child process, int port, String counters, Pattern form, boolean countsReadings)
            throws IOException, InterruptedException {
        this.name = name;
        this.process = process;
        this.port = port;
        this.counters = counters;
        this.form = form;
        this.countsReadings = countsReadings;
        awaitListening();
    }

    /**
     * What it has counted.
     *
     * @param connections that it accepted
     * @param requests that it read
     */
    record Counted(long connections, long requests) {}

    /** Whether nginx is installed. */
    static boolean hasNginx() {
        return Files.isExecutable(NGINX_PROGRAM);
    }

    /** nginx with one worker, which closes each connection after its response. */
    static Server nginx(Path scratch, int port) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(scratch.resolve("nginx"));
        Path conf = folder.resolve("nginx.conf");
        Files.writeString(
                conf,
                ("daemon off; worker_processes 1; pid FOLDER/pid; error_log FOLDER/error.log crit;\n"
                                + (isRoot() ? "user root;\n" : "")
                                + "events { worker_connections 4096; }\n"
                                + "http { access_log off; keepalive_timeout 0; client_body_temp_path FOLDER/a;\n"
                                + " proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c; uwsgi_temp_path FOLDER/d;\n"
                                + " scgi_temp_path FOLDER/e; server { listen 127.0.0.1:" + port + " backlog=4096;\n"
                                + " location = /counters { stub_status; } location / { return 200 'ok'; } } }\n")
                        .replace("FOLDER", folder.toString()),
                StandardCharsets.UTF_8);
        Child child = Child.start(
                List.of(NGINX_PROGRAM.toString(), "-p", folder.toString(), "-c", conf.toString()),
                folder,
                folder.resolve("out"),
                Map.of());
        return new Server(NGINX, child, port, "/counters", NGINX_COUNTERS, true);
    }

    /** Our stub. */
    static Server stub(String name, Path scratch, int port, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.ephemera.target.Main",
                "--port",
                Integer.toString(port)));
        command.addAll(options);
        Child child = Child.start(command, scratch, scratch.resolve("stub-" + port + ".out"), Map.of());
        return new Server(name, child, port, "/counters", STUB_COUNTERS, false);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    String name() {
        return name;
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    /** Reads its counters. */
    Counted counted() throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + counters).toURL().openConnection();
        connection.setConnectTimeout((int) START_LIMIT.toMillis());
        connection.setReadTimeout((int) START_LIMIT.toMillis());
        connection.setRequestProperty("Connection", "close");
        String text;
        try (InputStream in = connection.getInputStream()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        readings++;
        Matcher found = form.matcher(text);
        if (!found.find()) {
            throw new IOException(name + " tells no counters: " + text);
        }
        long own = countsReadings ? readings : 0;
        return new Counted(Long.parseLong(found.group(1)) - own, Long.parseLong(found.group(2)) - own);
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                counted();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    close();
                    throw new IOException(name + " does not answer: " + process.told(), e);
                }
                Thread.sleep(50);
            }
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
