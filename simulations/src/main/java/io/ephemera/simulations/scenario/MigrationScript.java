package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An application migrates N records and pushes each with k web-service calls, over w workers in a closed loop: such tools start the
 * next call when they have the answer. A call is answered after a fixed, modelled service time, so w workers make w / service time
 * calls/s.
 *
 * <p>The service is in a JVM of its own and writes down what it receives. The migration keeps a ledger, and at the end the two are
 * held against each other. On the model alone there is neither.
 */
final class MigrationScript extends Script {

    private static final long RECORDS = 20_000;
    private static final long WORKERS = 20;
    private static final int BATCH = 10;

    /** A worker's answer comes after so many TIME_WAITs: 0.8 s where that is 240 s. */
    private static final double SERVICE_TIME_WAITS = 1.0 / 300;

    /** An error comes sooner than an answer. */
    private static final double FAILURE_SHARE = 0.5;

    /** A paced migration offers this share of what the ports suffice for. */
    private static final double PACED_SHARE = 0.95;

    private static final int MOST_LISTED = 20;

    private final MigrationShape shape;
    private final BitSet arrived;
    private @Nullable MigrationUsers users;
    private @Nullable MigrationFolder folder;
    private @Nullable Ledger ledger;
    private @Nullable RecordStore store;
    private String reconciled = "";

    MigrationScript(Environment environment) throws BadSettingException {
        super(environment);
        shape = shape(environment);
        String resumed = environment.settings().given().get(Setting.RESUME.key());
        folder = resumed == null ? null : MigrationFolder.resume(Path.of(resumed), shape);
        arrived = folder == null ? new BitSet() : folder.arrived();
    }

    private static MigrationShape shape(Environment environment) {
        Map<Setting, Long> sizes = environment.settings().load().sizes();
        Remedy remedy = environment.remedy();
        int workers = sizes.getOrDefault(Setting.WORKERS, WORKERS).intValue();
        double service = environment.timeWaitSeconds() * SERVICE_TIME_WAITS;
        double paced = workers / (PACED_SHARE * environment.thresholdCallsPerSecond());
        return new MigrationShape(
                sizes.getOrDefault(Setting.RECORDS, RECORDS).intValue(),
                remedy == Remedy.BATCHING ? BATCH : 1,
                sizes.getOrDefault(Setting.CALLS_PER_RECORD, 1L).intValue(),
                workers,
                nanos(remedy == Remedy.PACING ? Math.max(service, paced) : service),
                nanos(service * FAILURE_SHARE),
                remedy == Remedy.RETRIES);
    }

    private static long nanos(double seconds) {
        return Math.max(1, Math.round(seconds * 1e9));
    }

    @Override
    List<PlannedStep> load() {
        return List.of();
    }

    @Override
    public Arrivals closedLoop(UserFactory factory, Predicate<String> neverSent) {
        MigrationUsers made = new MigrationUsers(shape, arrived, factory, neverSent, this::write);
        users = made;
        return made;
    }

    private MigrationUsers users() {
        return Objects.requireNonNull(users, "it has not begun");
    }

    /** What is roughly offered. */
    @Override
    public List<PlannedStep> steps() {
        long calls = prediction().ended;
        double seconds = ((MigrationScript) prediction()).users().endNanos() / 1e9;
        double rate = Math.round(calls / seconds * 1e3) / 1e3;
        return List.of(new PlannedStep(Kind.STAIR, rate, 0, seconds, calls, SteadyState.NONE));
    }

    @Override
    public Service openService(PortRange range) throws BadSettingException, IOException {
        if (folder == null) {
            folder = MigrationFolder.create(environment.settings().report().reportDir(), shape);
        }
        ledger = folder.ledger(arrived);
        store = new RecordStore(folder.path(), range);
        return store;
    }

    @Override
    public List<String> scene() {
        List<String> scene = new ArrayList<>();
        scene.add(count(shape.records()) + " records, " + shape.recordsPerPush() + " in a push of "
                + shape.callsPerPush()
                + " calls, over " + shape.workers()
                + " workers in a closed loop; each call is answered after a fixed, modelled "
                + fourDigits(shape.cycleNanos() / 1e9) + " s (refused after " + fourDigits(shape.failureNanos() / 1e9)
                + " s): "
                + fourDigits(shape.workers() * 1e9 / shape.cycleNanos()) + " calls/s");
        if (!arrived.isEmpty()) {
            long next = shape.firstRecord(arrived.nextClearBit(0));
            scene.add(count(shape.recordsOf(arrived)) + " records have arrived before; it goes on with record "
                    + count(next) + ", the first not known to have");
        }
        if (folder != null) {
            scene.add("to go on with it, should it be killed: -Dephemera.resume=" + folder.path());
        }
        return scene;
    }

    private void write(Entry entry, long call) {
        try {
            if (ledger != null) {
                ledger.write(entry, call);
            }
        } catch (IOException e) {
            fault("the ledger can't be written: " + e.getMessage());
        }
    }

    @Override
    void noted(long call, double seconds, boolean wasOk) {
        if (!wasOk && failed == 1) {
            run().event(seconds, "records begin to fail");
        }
    }

    private long firstFailedRecord() {
        return shape.firstRecord(users().firstFailedPush());
    }

    private long lost() {
        return users().failedPushes() * shape.recordsPerPush();
    }

    @Override
    void addFigures() {
        if (failed > 0) {
            figure("first record that fails", "of " + count(shape.records()), firstFailedRecord());
            figure("calls refused", "calls", users().refused());
        }
        figure("records lost", "records", lost());
        figure("time of the migration", "s", users().endNanos() / 1e9);
    }

    @Override
    void close() {
        if (ledger == null || folder == null) {
            return;
        }
        if (store != null && store.counters() == null) {
            fault("the store of the migration has ended before it");
        }
        try {
            ledger.close();
            Reconciliation reconciliation = folder.reconcile();
            reconciliation.discrepancies().stream()
                    .limit(MOST_LISTED)
                    .forEach(text -> fault("the ledger does not close: " + text));
            reconciled = words(reconciliation) + inDoubt(reconciliation, folder.path());
        } catch (IOException e) {
            fault("the ledger can't be held against what the service received: " + e.getMessage());
        }
    }

    private String words(Reconciliation reconciliation) {
        long mayHaveArrived = reconciliation.ok() + reconciliation.inDoubt().size();
        return "the ledger " + (reconciliation.closes() ? "closes" : "does not close") + ": "
                + count(reconciliation.ok()) + " calls answered ≤ " + count(reconciliation.received())
                + " received by the service ≤ " + count(mayHaveArrived) + " answered or in doubt; begun again "
                + count(users().retries()) + " times, refused " + count(users().refused()) + "; ";
    }

    private String inDoubt(Reconciliation reconciliation, Path path) {
        if (reconciliation.inDoubt().isEmpty()) {
            return "nothing is in doubt";
        }
        String listed = reconciliation.inDoubt().entrySet().stream()
                .limit(MOST_LISTED)
                .map(call -> "record " + shape.firstRecord(call.getKey() / shape.callsPerPush())
                        + (call.getValue() ? " (received)" : " (not received)"))
                .collect(Collectors.joining(", "));
        int more = reconciliation.inDoubt().size() - MOST_LISTED;
        return "in doubt: " + listed + (more > 0 ? " and " + more + " more" : "") + ", all in in-doubt.csv in " + path;
    }

    @Override
    List<String> diagnosis() {
        List<String> lines = new ArrayList<>();
        if (failed > 0) {
            String outcome = lost() == 0
                    ? "all " + count(shape.records()) + " records arrive in the end, by retries"
                    : count(lost()) + " of " + count(shape.records()) + " records are lost ("
                            + String.format(Locale.ROOT, "%.1f", 100.0 * lost() / shape.records()) + " %)";
            lines.add(outcome + ": from record " + count(firstFailedRecord()) + " on calls are refused");
            lines.add("what the application's client library says is \"unable to access remote server\"; beneath it is "
                    + "java.net.BindException: " + environment.profile().connectMessage()
                    + ", an error of the caller's own machine: the remote server never heard of these calls");
        }
        if (!reconciled.isEmpty()) {
            lines.add(reconciled);
        }
        return lines;
    }
}
