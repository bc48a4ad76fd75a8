package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no engine for containers: {@code try.sh} unpacks the image, and runs it as one would. */
@DisplayName("The image, as its own user on a root file system that is read-only,")
class ImageIT {

    @TempDir
    private Path folder;

    private Ran tried(String... arguments) throws Exception {
        Tools.assumeInstalled("unshare");
        Tools.assumeInstalled("setpriv");
        boolean mounts =
                Tools.run(folder, List.of("unshare", "--mount", "true")).exitCode() == 0;
        assumeTrue(mounts, "skipped: this user may not mount in a namespace of its own");
        List<String> command = new ArrayList<>(List.of("sh", "deploy/image/try.sh", "cli/target/ephemera-image.tar"));
        command.addAll(List.of(arguments));
        return Tools.run(Path.of(".."), folder, command);
    }

    @Test
    @DisplayName("makes a run that comes out as predicted")
    void runs() throws Exception {
        Ran run = tried("run", "KeepAliveOff", "--ports", "20000-20099", "--time-wait", "10s", "--rates", "8,12");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains(" MB; user 65532:65532; entry point /opt/java/bin/java "), run.err());
        assertTrue(run.out().contains("AS PREDICTED to the call: predicted 10.00 calls/s, measured 10.00"), run.err());
    }

    @Test
    @DisplayName("can write nowhere but where it is told to")
    void readOnly() throws Exception {
        Ran run = tried("run", "KeepAliveOff", "--report-dir", "/opt/runs");
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("ephemera.report.dir=/opt/runs: it can't be written"), run.err());
    }
}
