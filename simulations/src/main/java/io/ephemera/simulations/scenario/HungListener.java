package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that listens at a port and never accepts: a service that hangs. It is a JVM of its own. */
final class HungListener implements Closeable {

    private static final long LONGEST_END_SECONDS = 10;

    private final Process process;
    private final int port;

    private HungListener(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it; it ends with this JVM, if not before.
     *
     * @param range it listens at the last port of it that is free
     */
    static HungListener start(PortRange range) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hanging.class.getName(),
                        Integer.toString(range.firstPort()),
                        Integer.toString(range.lastPort())))
                .redirectError(Redirect.DISCARD)
                .start();
        // Not closed: its other end is to live.
        BufferedReader told =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = told.readLine();
        if (port == null) {
            throw new IOException("a listener in a JVM of its own could not be started");
        }
        return new HungListener(process, Integer.parseInt(port));
    }

    int port() {
        return port;
    }

    /** As a table of processes names it. */
    String owner() {
        return "java (" + process.pid() + ")";
    }

    /** Ends the process; when this returns, it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What runs in that JVM. */
    static final class Hanging {

        private Hanging() {}

        public static void main(String[] args) throws IOException {
            int first = Integer.parseInt(args[0]);
            for (int port = Integer.parseInt(args[1]); port >= first; port--) {
                try (ServerSocket listener = new ServerSocket(port, 0, InetAddress.getLoopbackAddress())) {
                    System.out.println(listener.getLocalPort());
                    // Until whoever has started it is gone.
                    System.in.transferTo(OutputStream.nullOutputStream());
                    return;
                } catch (BindException e) {
                    // Somebody else has this one.
                }
            }
        }
    }
}
