package io.ephemera.cli.report;

import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.PortLimits;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.StaircaseSettings;
import io.ephemera.simulations.load.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Recordings of runs that were killed right after their start. */
public final class KilledRuns {

    /** Above the highest that Linux, Windows and macOS give out. */
    public static final long GONE_PID = Integer.MAX_VALUE;

    private KilledRuns() {}

    /** Writes one into a folder of this name. */
    public static Path write(Path reportDir, String name, long pid) throws IOException {
        return write(reportDir, name, pid, Map.of());
    }

    /** The same of a run with settings. */
    public static Path write(Path reportDir, String name, long pid, Map<String, String> settings) throws IOException {
        Profile profile = ProfileCatalogue.find("windows-2003");
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        Instant startedAt = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
        Path folder = reportDir.resolve(name);
        RunPlan plan = new RunPlan(
                new RunPlan.Identity(name, "KeepAliveOff", pid, startedAt, settings),
                new RunPlan.LimitsInForce("model", profile, profile.range().size(), 1, null, null),
                new RunPlan.CallPlan(
                        usage.pattern().toString(),
                        usage.reason(),
                        List.of(),
                        usage.exchangesPerCall(),
                        usage.portsPerCall(),
                        RunPlan.CallPlan.UNBOUNDED,
                        null),
                new Staircase(usage, PortLimits.of(profile), 48)
                        .steps(new StaircaseSettings(List.of(16.0, 17.0), null, null), 1),
                new RunPlan.RunClock(RunPlan.TimeBase.VIRTUAL, 1, 48, 0),
                new RunPlan.RunTarget("http://127.0.0.1:8080/", true),
                null);
        RecordingWriter.create(folder, plan).close();
        return folder;
    }
}
