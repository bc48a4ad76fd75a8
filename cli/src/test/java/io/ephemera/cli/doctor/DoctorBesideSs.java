package io.ephemera.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;

/**
 * The child of {@link DoctorKernelTest}, in a network namespace of its own: makes connections, waits until none of them is between
 * two states, and prints what doctor, ss and /proc count, a line each.
 */
public final class DoctorBesideSs {

    static final int LIVE = 37;
    static final int CLOSED_BY_CLIENT = 411;
    static final int CLOSED_BY_SERVER = 23;

    private static final int SERVER_PORT = 8_080;
    private static final Set<String> SETTLED = Set.of("LISTEN", "ESTAB", "TIME-WAIT");

    private DoctorBesideSs() {}

    /** Makes the connections and counts. */
    public static void main(String[] args) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        List<Socket> open = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(SERVER_PORT, 64, loopback)) {
            for (int i = 0; i < LIVE; i++) {
                open.add(connect(loopback));
                open.add(server.accept());
            }
            for (int i = 0; i < CLOSED_BY_CLIENT; i++) {
                try (Socket client = connect(loopback);
                        Socket peer = server.accept()) {
                    client.shutdownOutput();
                    endOf(peer);
                }
            }
            for (int i = 0; i < CLOSED_BY_SERVER; i++) {
                try (Socket client = connect(loopback);
                        Socket peer = server.accept()) {
                    peer.shutdownOutput();
                    endOf(client);
                }
            }
            List<String[]> rows = ss();
            while (!rows.stream().allMatch(row -> SETTLED.contains(row[0]))) {
                rows = ss();
            }
            JsonNode doctor = doctor();
            say("ss", counts(ss()));
            say("doctor", counts(doctor));
            say("sockstat", timeWaitOfSockstat());
            say(
                    "ssTimeWait",
                    rows.stream().filter(row -> row[0].equals("TIME-WAIT")).count());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static Socket connect(InetAddress loopback) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(loopback, SERVER_PORT));
        return socket;
    }

    private static void endOf(Socket socket) throws IOException {
        if (socket.getInputStream().read() >= 0) {
            throw new IOException("nobody sends anything");
        }
    }

    private static void say(String key, Object value) {
        System.out.println(key + "=" + value);
    }

    /** Rows of ss: state, local and remote endpoint. */
    private static List<String[]> ss() throws IOException, InterruptedException {
        Process ss = new ProcessBuilder("ss", "-t", "-a", "-n", "-H").start();
        String text = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ss.waitFor() != 0) {
            throw new IOException("ss failed");
        }
        return text.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .map(words -> new String[] {words[0], words[3], words[4]})
                .toList();
    }

    /** Connections from elsewhere than the server's port, towards it. */
    private static Map<String, Long> counts(List<String[]> rows) {
        String server = ":" + SERVER_PORT;
        Map<String, Long> counts = new TreeMap<>();
        counts.put("live", count(rows, "ESTAB", server));
        counts.put("timeWait", count(rows, "TIME-WAIT", server));
        return counts;
    }

    private static long count(List<String[]> rows, String state, String server) {
        return rows.stream()
                .filter(row -> row[0].equals(state) && row[2].endsWith(server))
                .count();
    }

    private static Map<String, Long> counts(JsonNode doctor) {
        Map<String, Long> counts = new TreeMap<>();
        for (JsonNode remote : doctor.get("byRemote")) {
            if (remote.get("remote").asText().equals("127.0.0.1:" + SERVER_PORT)) {
                counts.put("live", remote.get("live").asLong());
                counts.put(
                        "timeWait",
                        remote.get("timeWaitHeld").asLong()
                                + remote.get("timeWaitReusable").asLong());
            }
        }
        return counts;
    }

    private static JsonNode doctor() throws IOException {
        StringWriter out = new StringWriter();
        new CommandLine(new DoctorCommand()).setOut(new PrintWriter(out)).execute("--json");
        return new ObjectMapper().readTree(out.toString());
    }

    /** "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1". */
    private static String timeWaitOfSockstat() throws IOException {
        List<String> words = Files.readAllLines(Path.of("/proc/net/sockstat")).stream()
                .filter(line -> line.startsWith("TCP:"))
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
        return words.get(words.indexOf("tw") + 1);
    }
}
