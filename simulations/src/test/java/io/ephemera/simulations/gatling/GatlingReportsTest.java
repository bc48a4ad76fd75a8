package io.ephemera.simulations.gatling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Gatling's own report")
class GatlingReportsTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @ParameterizedTest(name = "with {1} and logs in {0} (seconds from the start) is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # logs                                                             | command                        | href
            my results/old-1:-60, my results/new-2:3, target/gatling/other-3:9 | -s A -rf ROOT/my results -bf x | my%20results/new-2
            target/gatling/run-1:3                                             | -s A                           | target/gatling/run-1
            target/gatling/old-1:-60, simulations/target/gatling/run-1:3       | /tmp/gatlingbooter1.jar        | simulations/target/gatling/run-1
            target/gatling/old-1:-3                                            | -s A                           |
            """)
    void found(String logs, String command, String href) throws Exception {
        for (String log : logs.split(", ", -1)) {
            String[] nameAndSeconds = log.split(":", 2);
            Path file =
                    Files.createDirectories(folder.resolve(nameAndSeconds[0])).resolve("simulation.log");
            Instant written = START.plusSeconds(Long.parseLong(nameAndSeconds[1]));
            Files.setLastModifiedTime(Files.createFile(file), FileTime.from(written));
        }
        GatlingReport report = find(command.replace("ROOT", folder.toString()), true);
        assertEquals(href == null ? null : "./../../" + href + "/index.html", report.href());
        assertEquals(href == null, report.note().contains("none was found"));
    }

    @ParameterizedTest(name = "with {0}, log {1}, is told to be had: {2}")
    @CsvSource({"-nr, true, Leave the option out to have it", "-s A, false, -Pgatling-report has it"})
    void switchedOff(String command, boolean logged, String words) {
        assertTrue(find(command, logged).note().contains(words));
    }

    private GatlingReport find(String command, boolean logged) {
        String whole = "io.gatling.app.Gatling " + command;
        return GatlingReports.find(whole, logged, folder, folder.resolve("runs/run-1"), START);
    }
}
