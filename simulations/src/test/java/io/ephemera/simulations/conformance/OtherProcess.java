package io.ephemera.simulations.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another process that holds ports, without SO_REUSEADDR, until its input ends. */
final class OtherProcess implements AutoCloseable {

    private final @Nullable Process process;

    private OtherProcess(@Nullable Process process) {
        this.process = process;
    }

    /** Starts a process that binds so many ports of loopback; none, if it is to hold none. */
    static OtherProcess holding(int firstPort, int ports) throws IOException {
        if (ports == 0) {
            return new OtherProcess(null);
        }
        return new OtherProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        Integer.toString(firstPort),
                        Integer.toString(ports))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * Holds the ports.
     *
     * @param args first port; number of ports
     */
    public static void main(String[] args) throws IOException {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(Integer.parseInt(args[0]) + i));
            held.add(socket);
        }
        System.out.println("held " + held.size());
        while (System.in.read() >= 0) {
            // Until the one that wants them held has ended.
        }
    }

    /** Waits until the ports are held. */
    void awaitHeld() throws IOException {
        if (process != null) {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            if (line == null || !line.startsWith("held")) {
                throw new IOException("the other process holds no ports");
            }
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
