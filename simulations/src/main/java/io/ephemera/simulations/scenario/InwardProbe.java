package io.ephemera.simulations.scenario;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Someone elsewhere who tries whether the machine can be reached: a JVM of its own, whose connections no pool governs. */
final class InwardProbe implements Closeable {

    static final String OK = "ok";

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    private InwardProbe(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the JVM; it ends with this one. */
    static InwardProbe start() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Elsewhere.class.getName()))
                .redirectError(Redirect.DISCARD)
                .start();
        InwardProbe probe = new InwardProbe(process);
        if (!OK.equals(probe.answers.readLine())) {
            throw new IOException("the probe in a JVM of its own could not be started");
        }
        return probe;
    }

    /** Connects to a port of this machine; {@code ok}, or what went wrong. */
    String probe(int port) {
        try {
            orders.write(String.format(Locale.ROOT, "%d%n", port));
            orders.flush();
            String answer = answers.readLine();
            return answer == null ? "the probe has ended" : answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** What runs in that JVM: connects to each port that a line names. */
    static final class Elsewhere {

        private static final int TIMEOUT_MILLIS = 60_000;

        private Elsewhere() {}

        public static void main(String[] args) throws IOException {
            BufferedReader ports = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println(OK);
            for (String port = ports.readLine(); port != null; port = ports.readLine()) {
                System.out.println(connect(Integer.parseInt(port)));
            }
        }

        private static String connect(int port) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
                return OK;
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
