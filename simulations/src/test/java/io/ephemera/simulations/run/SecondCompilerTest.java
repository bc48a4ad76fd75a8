package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The JVM's second compiler")
class SecondCompilerTest {

    private static final ObjectName DIAGNOSTIC_COMMAND = diagnosticCommand();

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
