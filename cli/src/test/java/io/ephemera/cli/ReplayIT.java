package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("ephemera replay")
class ReplayIT {

    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "plays what the agent has recorded of an application: ten connections, of which the peer closes two first")
    void recorded() throws Exception {
        Files.writeString(folder.resolve("App.java"), """
                import java.net.*;

                class App {
                    public static void main(String[] arguments) throws Exception {
                        try (ServerSocket crm = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                            for (int call = 0; call < 10; call++) {
                                Socket socket = new Socket(crm.getInetAddress(), crm.getLocalPort());
                                Socket accepted = crm.accept();
                                if (call % 5 == 4) {
                                    accepted.close();
                                    socket.getInputStream().read();
                                }
                                socket.close();
                                accepted.close();
                            }
                        }
                    }
                }
                """);
        Path agent = Path.of("../agent/target/ephemera-agent.jar").toRealPath();
        Path recording = folder.resolve("day.jfr");
        Ran made = Tools.run(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-javaagent:" + agent + "=ports=7900-7999,timeWait=1ms,report=none",
                        "-XX:StartFlightRecording:filename=" + recording,
                        "-Xlog:jfr*=off",
                        "App.java"));
        assertEquals(0, made.exitCode(), made.err());

        JsonNode json = Ran.ephemera("replay " + recording + " --ports 1024-1029 --json")
                .json("replay.schema.json");
        assertEquals(10, json.at("/connections").asInt());
        assertEquals(8, json.at("/destinations/0/closedFirst").asInt());
        // Four, one that the peer closes, and two more: six ports are taken.
        assertEquals(3, json.at("/refused").asInt(), json::toString);
        assertEquals(9, json.at("/neededPorts").asInt());
        assertEquals(6, json.at("/mostTimeWait").asInt());
        Ran text = Ran.ephemera("replay " + recording + " --ports 1024-1029 --check");
        assertEquals(1, text.exitCode());
        assertTrue(text.out().contains("It would have run out of ports: 3 refused, the first after "), text.out());
        Ran survives = Ran.ephemera("replay " + recording + " --profile windows-2003 --check");
        assertEquals(0, survives.exitCode());
        assertTrue(survives.out().contains("It would have survived"), survives.out());
    }
}
