package io.ephemera.simulations.gatling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Gatling's own report")
class GatlingReportsTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @Test
    @DisplayName("is in the folder that was begun since, of those that the command names")
    void named() throws Exception {
        log("my results/old-1", START.minusSeconds(60));
        log("my results/new-2", START.plusSeconds(3));
        log("target/gatling/other-3", START.plusSeconds(9));

        GatlingReport report = find("io.gatling.app.Gatling -s A -rf " + folder + "/my results -bf x", true);

        assertEquals("./../../my%20results/new-2/index.html", report.href());
    }

    @Test
    @DisplayName("is looked for in the usual folders otherwise")
    void usual() throws Exception {
        log("target/gatling/run-1", START.plusSeconds(3));

        assertEquals(
                "./../../target/gatling/run-1/index.html",
                find("io.gatling.app.Gatling -s A", true).href());
    }

    @Test
    @DisplayName(
            "is looked for in the modules of a build, whose root Maven's plugin runs in and whose folders it does not tell")
    void module() throws Exception {
        log("target/gatling/old-1", START.minusSeconds(60));
        log("simulations/target/gatling/run-1", START.plusSeconds(3));

        assertEquals(
                "./../../simulations/target/gatling/run-1/index.html",
                find("/tmp/gatlingbooter1.jar io.gatling.app.Gatling", true).href());
    }

    @Test
    @DisplayName("that is not there, or switched off, is told so, and how to have it")
    void missing() throws Exception {
        log("target/gatling/old-1", START.minusSeconds(3));
        assertTold("none was found", find("io.gatling.app.Gatling", true));
        assertTold("Leave the option out to have it", find("io.gatling.app.Gatling -nr", true));
        assertTold("-Pgatling-report has it", find("io.gatling.app.Gatling", false));
    }

    private static void assertTold(String words, GatlingReport report) {
        assertNull(report.href());
        assertTrue(report.note().contains(words), report.note());
    }

    private GatlingReport find(String command, boolean logged) {
        return GatlingReports.find(command, logged, folder, folder.resolve("runs/run-1"), START);
    }

    private void log(String name, Instant written) throws Exception {
        Path log = Files.createDirectories(folder.resolve(name)).resolve("simulation.log");
        Files.setLastModifiedTime(Files.createFile(log), FileTime.from(written));
    }
}
