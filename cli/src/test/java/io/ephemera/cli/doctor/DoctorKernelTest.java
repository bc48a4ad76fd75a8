package io.ephemera.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.ephemera.cli.Ran;
import io.ephemera.cli.Tools;
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

        Ran child = inNamespace(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoctorBesideSs.class.getName()));

        assertEquals(0, child.exitCode(), child.err());
        String counts = "{live=" + DoctorBesideSs.LIVE + ", timeWait=" + DoctorBesideSs.CLOSED_BY_CLIENT + "}";
        int timeWait = DoctorBesideSs.CLOSED_BY_CLIENT + DoctorBesideSs.CLOSED_BY_SERVER;
        assertEquals(
                List.of("ss=" + counts, "doctor=" + counts, "sockstat=" + timeWait, "ssTimeWait=" + timeWait),
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
}
