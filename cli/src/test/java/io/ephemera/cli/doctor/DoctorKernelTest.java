package io.ephemera.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.Ran;
import io.ephemera.cli.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
@DisplayName("In a network of its own, ephemera doctor")
class DoctorKernelTest {

    private static final int LIVE = 37;
    private static final int CLOSED_BY_CLIENT = 411;
    private static final int CLOSED_BY_SERVER = 23;
    private static final int SERVER_PORT = 8_080;

    @Test
    @DisplayName("counts what ss and /proc count, to the unit")
    void agrees(@TempDir Path folder) throws Exception {
        Ran trial = inNamespace(folder, List.of("true"));
        if (trial.exitCode() != 0) {
            if ("true".equals(System.getenv("CI"))) {
                fail("in CI this test must run, but no network namespace can be had: " + trial.err());
            }
            Assumptions.abort("skipped: no private network namespace can be had");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Ran child =
                inNamespace(folder, List.of(java, "-cp", System.getProperty("java.class.path"), Child.class.getName()));
        assertEquals(0, child.exitCode(), child.err());
        int timeWait = CLOSED_BY_CLIENT + CLOSED_BY_SERVER;
        assertEquals(
                List.of(
                        "ss: " + LIVE + " live, " + CLOSED_BY_CLIENT + " of " + timeWait + " in TIME_WAIT",
                        "doctor: " + LIVE + " live, " + CLOSED_BY_CLIENT + " in TIME_WAIT",
                        "sockstat: " + timeWait),
                child.out().lines().toList());
    }

    private static Ran inNamespace(Path folder, List<String> command) throws Exception {
        Tools.assumeInstalled("unshare");
        Tools.assumeInstalled("ip");
        Tools.assumeInstalled("ss");
        List<String> all = new ArrayList<>(List.of("unshare"));
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            all.addAll(List.of("--user", "--map-root-user"));
        }
        all.addAll(List.of("--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        all.addAll(command);
        return Tools.run(folder, all);
    }

    /** Makes connections, waits until none of them is between two states, and prints what is counted. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            List<Socket> open = new ArrayList<>();
            try (ServerSocket server = new ServerSocket(SERVER_PORT, 64, loopback)) {
                for (int i = 0; i < LIVE + CLOSED_BY_CLIENT + CLOSED_BY_SERVER; i++) {
                    Socket client = new Socket(loopback, SERVER_PORT);
                    Socket peer = server.accept();
                    if (i < LIVE) {
                        open.addAll(List.of(client, peer));
                    } else if (i < LIVE + CLOSED_BY_CLIENT) {
                        close(client, peer);
                    } else {
                        close(peer, client);
                    }
                }
                while (count("") != count("LISTEN ") + count("ESTAB ") + count("TIME-WAIT ")) {
                    Thread.onSpinWait();
                }
                String towards = ".*:" + SERVER_PORT + " *";
                System.out.println("ss: " + count("ESTAB " + towards) + " live, " + count("TIME-WAIT " + towards)
                        + " of " + count("TIME-WAIT ") + " in TIME_WAIT");
                JsonNode doctor =
                        Ran.command(new DoctorCommand(), "--json").json("/io/ephemera/cli/doctor.schema.json");
                for (JsonNode remote : doctor.get("byRemote")) {
                    int timeWait = remote.get("timeWaitHeld").asInt()
                            + remote.get("timeWaitReusable").asInt();
                    if (remote.get("remote").asText().equals("127.0.0.1:" + SERVER_PORT)) {
                        System.out.println(
                                "doctor: " + remote.get("live").asInt() + " live, " + timeWait + " in TIME_WAIT");
                    }
                }
                // "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1"
                System.out.println("sockstat: "
                        + Files.readString(Path.of("/proc/net/sockstat")).replaceFirst("(?s).* tw (\\d+).*", "$1"));
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }

        private static void close(Socket first, Socket second) throws IOException {
            first.shutdownOutput();
            if (second.getInputStream().read() >= 0) {
                throw new IOException("nobody sends anything");
            }
            second.close();
            first.close();
        }

        /** Rows of ss (state, queues, local and remote endpoint) that begin like this. */
        private static long count(String beginning) throws Exception {
            Process ss = new ProcessBuilder("ss", "-t", "-a", "-n", "-H").start();
            String text = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (ss.waitFor() != 0) {
                throw new IOException("ss failed");
            }
            return text.lines()
                    .filter(line -> beginning.contains(":") ? line.matches(beginning) : line.startsWith(beginning))
                    .count();
        }
    }
}
