package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The JVM's second compiler")
class SecondCompilerTest {

    private static final ObjectName DIAGNOSTIC_COMMAND = diagnosticCommand();

    @ParameterizedTest(name = "{4}: {0} s of load at {1} calls/s, {2} legs a call, at speedup {3}")
    @CsvSource({
        "2487, 24.86, 1, 200, true",
        "12001, 24.86, 1, 200, false",
        "2487, 25.01, 1, 200, false",
        "2487, 12.50, 2, 200, true",
        "2487, 12.51, 2, 200, false"
    })
    @DisplayName("is dispensable in short runs at low rates")
    void isDispensable(double seconds, double rate, double legs, double speedup, boolean dispensable) {
        List<PlannedStep> steps = List.of(
                new PlannedStep(Kind.STAIR, rate / 2, 0, seconds / 2, 1, null, 0, 0),
                new PlannedStep(Kind.SATURATED, rate, seconds / 2, seconds / 2, 1, null, 0, 0));
        assertEquals(dispensable, SecondCompiler.isDispensable(steps, speedup, legs));
    }

    @Test
    @DisplayName("is kept out of all methods by the JVM's own diagnostic command, without a file left behind")
    void keepOut(@TempDir Path folder) throws Exception {
        assertTrue(SecondCompiler.keepOut(folder));
        try {
            String inForce = command("compilerDirectivesPrint");
            assertTrue(inForce.contains("*.*"), inForce);
            assertTrue(inForce.contains("Exclude:true"), inForce);
        } finally {
            command("compilerDirectivesRemove");
        }
        assertArrayEquals(new String[0], folder.toFile().list());
    }

    private static String command(String name) throws Exception {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(DIAGNOSTIC_COMMAND, name, new Object[0], new String[0]);
    }

    private static ObjectName diagnosticCommand() {
        try {
            return new ObjectName("com.sun.management:type=DiagnosticCommand");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
