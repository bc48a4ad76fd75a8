package io.ephemera.simulations.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps HotSpot's second compiler (C2) out of a run that ends before its code pays. In the default run on two processors it takes a
 * third of all processor time, in the seconds in which calls are to start and end on time: with it a connection lived 10 ms at
 * speedup 200, without it 2. What the first compiler (C1) makes is fast enough for such rates; above them C2 is needed.
 */
final class SecondCompiler {

    private static final String DIRECTIVE = "[{match: \"*.*\", c2: {Exclude: true}}]";

    private SecondCompiler() {}

    /**
     * Keeps it out of all that is compiled from now on.
     *
     * @param folder for a file that is gone again afterwards
     * @return whether the JVM does so; where it does not know how, the run is as good as it was
     */
    static boolean keepOut(Path folder) {
        Path directives = folder.resolve("compiler-directives.json");
        try {
            Files.writeString(directives, DIRECTIVE);
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {directives.toString()}},
                            new String[] {String[].class.getName()});
            return true;
        } catch (JMException | IOException e) {
            // Another JVM than HotSpot, or one without diagnostic commands.
            return false;
        } finally {
            delete(directives);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
