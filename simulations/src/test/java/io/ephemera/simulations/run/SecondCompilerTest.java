package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The JVM's second compiler")
class SecondCompilerTest {

    private static final ObjectName DIAGNOSTIC_COMMAND = diagnosticCommand();

    @ParameterizedTest(name = "{2}: {0} ns of load at {1} legs/s on the wall")
    @CsvSource({"60000000000, 5000, true", "60000000001, 5000, false", "60000000000, 5000.1, false"})
    @DisplayName("is dispensable in short runs at low rates")
    void isDispensable(long loadNanos, double legsPerWallSecond, boolean dispensable) {
        assertEquals(dispensable, SecondCompiler.isDispensable(loadNanos, legsPerWallSecond));
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
