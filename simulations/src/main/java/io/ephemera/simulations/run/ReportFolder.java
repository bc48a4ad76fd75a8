package io.ephemera.simulations.run;

import io.ephemera.reports.folder.FinishedRun;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of the runs' folders. */
final class ReportFolder {

    private ReportFolder() {}

    static Path of(Settings settings) throws BadSettingException {
        try {
            return Files.createDirectories(settings.reportDir());
        } catch (IOException e) {
            throw unwritable(settings.reportDir(), e);
        }
    }

    static BadSettingException unwritable(Path folder, IOException e) {
        return new BadSettingException(
                Setting.REPORT_DIR,
                folder.toString(),
                "it can't be written (" + e.getMessage() + "); give a folder that can");
    }

    static void finishKilled(Path reportDir) throws IOException {
        for (FinishedRun finished : FinishedRun.allKilled(reportDir)) {
            System.out.println("Ephemera: a killed run was found and its partial result written: " + finished.folder());
            finished.problems().forEach(System.out::println);
        }
    }
}
