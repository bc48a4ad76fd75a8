package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@DisplayName("Applications that share a pool of ten ports")
class SharedPoolIT {

    @TempDir
    Path folder;

    private ChildJvm start(String options, String... arguments) throws Exception {
        String shared = "timeWait=240s," + options + ",shared=" + folder.resolve("crm.pool");
        return Application.start(List.of(Application.javaagent(shared)), "com.acme.CrmApp", arguments);
    }

    @Test
    @DisplayName("have ten between them: six are left to the second, none to the third, and the page of one shows all")
    void tenBetweenThem() throws Exception {
        try (ChildJvm first = start("ports=7700-7709,page=0", "calls 4", "hold", "line")) {
            while (!first.line().equals("waits for a line")) {
                // Its connections are made: four are in TIME_WAIT, one is open.
            }
            start("ports=7700-7709", "calls 20")
                    .await()
                    .says("refusals: 15")
                    .warns("15 refused with no free port")
                    .warns(": 1 port was live, 9 in TIME_WAIT")
                    .warns("by all that share its pool, this application")
                    .warns("com.acme.CrmApp, process " + first.pid());
            String line = first.errors().lines().findFirst().orElseThrow();
            URI report = URI.create(line.substring(line.indexOf("http://"))).resolve("report");
            String text = read(report);
            while (!text.contains("processes that have ended")) {
                // Noticed a tenth of a second later at most.
                text = read(report);
            }
            String rows = text.replaceAll(" +", " ");
            assertTrue(rows.contains("com.acme.CrmApp, process " + first.pid() + " (this one) 1 4 5 0"), text);
            assertTrue(rows.contains("processes that have ended 0 5 5 15"), text);
        }
        // It was killed, so the system closed what it had open: that port is in TIME_WAIT as well.
        start("ports=7700-7709", "calls 1").await().says("refusals: 1").warns("0 ports were live, 10 in TIME_WAIT");
        ChildJvm other = start("ports=7700-7710", "calls 1").await();
        assertEquals(2, other.exitCode());
        other.warns(
                "is a pool of 7700-7709, TIME_WAIT 240000000000 ns, scope global, and this process asks for 7700-7710");
    }

    private static String read(URI page) throws IOException {
        try (InputStream in = page.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
