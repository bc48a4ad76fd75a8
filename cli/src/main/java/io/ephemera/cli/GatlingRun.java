package io.ephemera.cli;

import io.ephemera.simulations.gatling.TransientPreferences;
import io.ephemera.simulations.run.MatrixRun;
import io.gatling.app.Gatling;
import java.nio.file.Path;

/** The only class here that touches Gatling. */
final class GatlingRun {

    private static final String CONFIGURATION = "gatling.conf";

    private GatlingRun() {}

    /** Runs a matrix, which ends the JVM as any run does, and prints it as JSON at last. */
    static int matrix(Path reportDir) {
        MatrixRun.printJson();
        return run(SimulationName.TUNING_MATRIX, reportDir);
    }

    /** Runs Gatling, which ends the JVM; the run's own verdict has the last word on the exit code. */
    static int run(String simulation, Path reportDir) {
        System.setProperty("java.util.prefs.PreferencesFactory", TransientPreferences.class.getName());
        if (System.getProperty("gatling.conf.file") == null) {
            System.setProperty("gatling.conf.file", CONFIGURATION);
        }
        Gatling.main(new String[] {
            "--simulation",
            SimulationName.className(simulation),
            "--results-folder",
            reportDir.toString(),
            "--no-reports"
        });
        throw new AssertionError("Gatling ends the JVM");
    }
}
