package io.ephemera.simulations.scenario;

import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.simulations.scenario.Ledger.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The workers of a migration, and what they keep of it. */
final class MigrationWitness implements Witness, Crew {

    private static final int MOST_LISTED = 20;

    private final MigrationScript script;
    private final MigrationShape shape;
    private final MigrationFolder folder;
    private final MigrationLoop loop;
    private final Ledger ledger;
    private final List<String> faults = new ArrayList<>();
    private final long[] attempt;
    private @Nullable Stage stage;
    private boolean failing;
    private long refused;
    private long endNanos;

    MigrationWitness(MigrationScript script, MigrationFolder folder) {
        this.script = script;
        this.shape = script.shape();
        this.folder = folder;
        this.loop = new MigrationLoop(shape, script.arrived());
        this.attempt = new long[shape.workers()];
        try {
            this.ledger = folder.ledger();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void begin(Stage begun) {
        stage = begun;
    }

    @Override
    public Crew crew() {
        return this;
    }

    @Override
    public int workers() {
        return shape.workers();
    }

    @Override
    public long leastNanos() {
        return Math.min(shape.cycleNanos(), shape.failureNanos());
    }

    @Override
    public boolean next(int worker) {
        return loop.next(worker);
    }

    @Override
    public long dueNanos(int worker) {
        return loop.dueNanos(worker);
    }

    @Override
    public String query(int worker) {
        attempt[worker] = loop.callOf(worker);
        write(Entry.STARTED, attempt[worker]);
        return "?record=" + attempt[worker];
    }

    @Override
    public void ended(int worker, Ending ending) {
        switch (ending) {
            case OK -> write(Entry.OK, attempt[worker]);
            case NOT_SENT -> {
                write(Entry.NOT_SENT, attempt[worker]);
                refused++;
            }
            case NOT_ANSWERED -> write(Entry.NOT_ANSWERED, attempt[worker]);
        }
        loop.ended(worker, ending == Ending.OK);
        // A worker has ended with what its last call takes.
        endNanos = Math.max(endNanos, loop.dueNanos(worker));
    }

    private void write(Entry entry, long call) {
        try {
            ledger.write(entry, call);
        } catch (IOException e) {
            faults.add("the ledger can't be written: " + e.getMessage());
        }
    }

    @Override
    public void ended(long call, double seconds, boolean ok) {
        if (!ok && !failing && stage != null) {
            failing = true;
            stage.event(seconds, "records begin to fail");
        }
    }

    @Override
    public StoryEnd end() {
        List<String> diagnosis = new ArrayList<>();
        List<MeasuredFigure> measured = new ArrayList<>();
        long lost = loop.failedPushes() * shape.recordsPerPush();
        if (loop.firstFailed() >= 0) {
            measured.add(new MeasuredFigure(MigrationScript.FIRST_FAILED, script.firstFailed(loop.firstFailed())));
            diagnosis.add(String.format(
                    Locale.ROOT,
                    "%s: from record %,d on records fail; of %,d records %,d are lost (%.1f %%)",
                    lost == 0 ? "all records arrive in the end, by retries" : "the migration has lost records",
                    script.firstFailed(loop.firstFailed()),
                    shape.records(),
                    lost,
                    100.0 * lost / shape.records()));
            diagnosis.add(
                    "what the application's client library says is \"unable to access remote server\"; beneath it is "
                            + "java.net.BindException: " + script.connectMessage()
                            + ", an error of the caller's own machine: the remote server never heard of these calls");
        }
        measured.add(new MeasuredFigure(MigrationScript.REFUSED, refused));
        measured.add(new MeasuredFigure(MigrationScript.LOST, lost));
        measured.add(new MeasuredFigure(MigrationScript.SECONDS, endNanos / 1e9));
        reconcile(diagnosis);
        return new StoryEnd(measured, diagnosis);
    }

    private void reconcile(List<String> diagnosis) {
        try {
            ledger.close();
            Reconciliation reconciliation = folder.reconcile(shape);
            faults.addAll(reconciliation.discrepancies().stream()
                    .limit(MOST_LISTED)
                    .map(text -> "the ledger does not close: " + text)
                    .toList());
            diagnosis.add(String.format(
                    Locale.ROOT,
                    "the ledger %s: %,d calls answered ≤ %,d received by the service ≤ %,d answered or in doubt; begun again %,d"
                            + " times, refused %,d; %s",
                    reconciliation.closes() ? "closes" : "does not close",
                    reconciliation.ok(),
                    reconciliation.received(),
                    reconciliation.ok() + reconciliation.inDoubt().size(),
                    loop.retries(),
                    refused,
                    inDoubt(reconciliation)));
        } catch (IOException e) {
            faults.add("the ledger can't be held against what the service received: " + e.getMessage());
        }
    }

    private String inDoubt(Reconciliation reconciliation) {
        if (reconciliation.inDoubt().isEmpty()) {
            return "nothing is in doubt";
        }
        String listed = reconciliation.inDoubt().entrySet().stream()
                .limit(MOST_LISTED)
                .map(this::doubt)
                .collect(Collectors.joining(", "));
        int more = reconciliation.inDoubt().size() - MOST_LISTED;
        return "in doubt: " + listed + (more > 0 ? " and " + more + " more" : "") + ", all in in-doubt.csv in "
                + folder.path();
    }

    private String doubt(Map.Entry<Long, Boolean> call) {
        return "record " + shape.firstRecord(call.getKey() / shape.callsPerPush())
                + (call.getValue() ? " (received)" : " (not received)");
    }

    @Override
    public List<String> faults() {
        return List.copyOf(faults);
    }
}
