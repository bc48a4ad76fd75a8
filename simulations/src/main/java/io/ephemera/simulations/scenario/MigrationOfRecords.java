package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An application migrates N records and pushes each with k web-service calls, over w workers in a closed loop: such tools start the
 * next call when they have the answer. A call is answered after a fixed, modelled service time, so w workers make w / service time
 * calls/s.
 *
 * <p>The service is in a JVM of its own and writes down what it receives. The migration keeps a ledger, and at the end the two are
 * held against each other.
 */
public final class MigrationOfRecords implements Scenario {

    private static final int RECORDS = 20_000;
    private static final int WORKERS = 20;
    private static final int BATCH = 10;

    /** A worker's answer comes after so many TIME_WAITs: 0.8 s where that is 240 s. */
    private static final double SERVICE_TIME_WAITS = 1.0 / 300;

    /** An error comes sooner than an answer. */
    private static final double FAILURE_SHARE = 0.5;

    /** A paced migration offers this share of what the ports suffice for. */
    private static final double PACED_SHARE = 0.95;

    private @Nullable MigrationShape shape;
    private @Nullable MigrationFolder folder;

    @Override
    public String name() {
        return "Migration";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of(Setting.RECORDS, Setting.CALLS_PER_RECORD, Setting.WORKERS, Setting.RESUME);
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.RETRIES, Remedy.PACING, Remedy.BATCHING, Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) throws BadSettingException {
        MigrationShape planned = shape(circumstances);
        shape = planned;
        String resumed = circumstances.settings().given().get(Setting.RESUME.key());
        if (resumed != null && folder == null) {
            folder = MigrationFolder.resume(Path.of(resumed).toAbsolutePath().normalize(), planned);
        }
        try {
            MigrationFolder known = folder;
            BitSet arrived = known == null ? new BitSet() : known.arrived(planned);
            if (arrived.cardinality() == planned.pushes()) {
                throw new BadSettingException(
                        Setting.RESUME,
                        String.valueOf(resumed),
                        "all of its records have arrived; nothing is left to do");
            }
            return new MigrationScript(circumstances, planned, arrived, known);
        } catch (IOException e) {
            throw new BadSettingException(
                    Setting.RESUME, String.valueOf(resumed), "its ledger can't be read (" + e.getMessage() + ")");
        }
    }

    @Override
    public Service service(Settings settings, PortRange range) throws IOException {
        if (shape == null) {
            throw new IllegalStateException("a script is asked for first");
        }
        if (folder == null) {
            folder = MigrationFolder.create(settings.reportDir(), shape);
        }
        return StoreProcess.open(folder.path(), range);
    }

    private MigrationShape shape(Circumstances circumstances) {
        Settings settings = circumstances.settings();
        Remedy remedy = circumstances.remedy();
        int workers =
                settings.sizes().getOrDefault(Setting.WORKERS, (long) WORKERS).intValue();
        double service = circumstances.timeWaitSeconds() * SERVICE_TIME_WAITS;
        // Of the profile's ports, so that a migration that is resumed has the same pace.
        double threshold = circumstances.profile().range().size() / circumstances.timeWaitSeconds();
        double paced = workers / (PACED_SHARE * threshold);
        return new MigrationShape(
                settings.sizes().getOrDefault(Setting.RECORDS, (long) RECORDS).intValue(),
                remedy == Remedy.BATCHING ? BATCH : 1,
                settings.sizes().getOrDefault(Setting.CALLS_PER_RECORD, 1L).intValue(),
                workers,
                nanos(remedy == Remedy.PACING ? Math.max(service, paced) : service),
                nanos(service * FAILURE_SHARE),
                remedy == Remedy.RETRIES);
    }

    private static long nanos(double seconds) {
        return Math.max(1, Math.round(seconds * 1e9));
    }
}
