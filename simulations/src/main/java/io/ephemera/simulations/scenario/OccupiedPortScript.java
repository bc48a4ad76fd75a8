package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Two failures that say "Address already in use", at once. A process hangs and keeps the port at which it listens, so that its
 * service can't be started again; and calls go out above the threshold, so that no port is left for them. A scan binds every port
 * in turn while calls are refused:
 *
 * <pre>
 * ports that it finds taken              = P    [ports], the whole range
 * of these where the process listens     = 1    [ports]
 * calls/s that the ports suffice for     = P / T, TIME_WAIT T
 * </pre>
 *
 * <p>The port of the process is none that calls could miss: another real one stands in for it, as for each that somebody holds.
 *
 * Then the process is ended: its port is free at once, and no call is helped by that.
 */
final class OccupiedPortScript extends Script {

    private static final int BINDS = 4;

    /** The scan starts this far into the time in which no call finds a port. */
    private static final double SCAN_AT = 0.1;

    private static final double BINDS_AT = 0.6;

    private static final double END_IN_TIME_WAITS = 1.1;

    private final PortRange range;
    private final double scanSeconds;
    private final double bindsSeconds;
    private final double endSeconds;
    private final List<PredictedFigure> seen = new ArrayList<>();
    private @Nullable SideProcess hung;
    private int hungPort;
    private @Nullable Integer taken;
    private int withoutListener;
    private boolean startsOnceEnded;
    private boolean goneRefuses;
    private boolean goneRefusesReuse;

    OccupiedPortScript(Environment environment) throws BadSettingException {
        super(environment, environment.overload());
        range = environment.profile().range();
        if (range.size() < 2) {
            throw new BadSettingException(
                    Setting.PORTS, range.toString(), "one port is for the process that hangs; give a range of more");
        }
        double full = range.size() / environment.overloadCallsPerSecond();
        double refused = environment.timeWaitSeconds() - full;
        scanSeconds = full + SCAN_AT * refused;
        bindsSeconds = full + BINDS_AT * refused;
        endSeconds = environment.timeWaitSeconds() * END_IN_TIME_WAITS;
    }

    @Override
    public List<String> scene() {
        return List.of(String.format(
                Locale.ROOT,
                "a process listens at a port of the range and hangs; %s calls/s go out; every port is tried after %s s,"
                        + " and the process is ended after %s s",
                Wording.exact(environment().overloadCallsPerSecond()),
                Wording.exact(scanSeconds),
                Wording.exact(endSeconds)));
    }

    @Override
    public void open(Path folder) throws IOException {
        SideProcess started = BoundPorts.hang(range);
        hungPort = Integer.parseInt(started.greeting());
        hung = started;
    }

    @Override
    void close() {
        if (hung != null) {
            hung.close();
        }
    }

    @Override
    void begin(RunControl run) {
        run.at(scanSeconds, this::scan);
        run.at(bindsSeconds, this::bindWhileHung);
        run.at(endSeconds, this::endAndBind);
        if (SystemTable.IS_LINUX) {
            run.at(endSeconds, this::bindWhereGone);
        }
    }

    /** Notes what is measured; on the model alone there is nothing to bind, and what is predicted is what the rule says. */
    private int measure(String name, String unit, int predicted, IntSupplier measurement) {
        int value = hung == null ? predicted : measurement.getAsInt();
        seen.add(new PredictedFigure(name, unit, value));
        return value;
    }

    private void scan() {
        List<Integer> bound = hung == null ? List.of() : BoundPorts.taken(range);
        List<Integer> listeners =
                bound.stream().filter(BoundPorts::isListenedAt).toList();
        String name = "taken ports where the process that hangs listens";
        measure(name, "ports", 1, () -> listeners.contains(hungPort) ? 1 : 0);
        taken = hung == null ? range.size() : bound.size();
        withoutListener = bound.size() - listeners.size();
        String found = String.format(
                Locale.ROOT,
                "every port tried: %,d of %,d are taken, somebody listens at %,d of these",
                taken,
                range.size(),
                listeners.size());
        run().event(scanSeconds, found);
    }

    private void bindWhileHung() {
        measure("binds of the service refused while the process hangs", "of " + BINDS, BINDS, this::refusedBinds);
        run().event(bindsSeconds, "the service can't be started at port " + hungPort + ": " + owner() + " has it");
    }

    private void endAndBind() {
        close();
        run().event(endSeconds, owner() + " is ended");
        int refused = measure("binds of the service refused once it is ended", "of " + BINDS, 0, this::refusedBinds);
        startsOnceEnded = refused == 0;
        String outcome = startsOnceEnded ? "can" : "still can't";
        run().event(endSeconds, "the service " + outcome + " be started at port " + hungPort);
    }

    private int refusedBinds() {
        return (int) IntStream.range(0, BINDS)
                .filter(bind -> BoundPorts.isRefused(hungPort, null))
                .count();
    }

    private void bindWhereGone() {
        try {
            int gone = hung == null ? 0 : BoundPorts.leaveTimeWait();
            IntSupplier plain = () -> BoundPorts.isRefused(gone, false) ? 1 : 0;
            IntSupplier reusing = () -> BoundPorts.isRefused(gone, true) ? 1 : 0;
            goneRefuses = measure("binds refused where the listener is gone", "of 1", 1, plain) == 1;
            goneRefusesReuse = measure("the same with SO_REUSEADDR", "of 1", 0, reusing) == 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String owner() {
        return hung == null ? "the process" : hung.name();
    }

    @Override
    List<PredictedFigure> figures() {
        List<PredictedFigure> figures = new ArrayList<>();
        if (failed() > 0) {
            if (taken != null) {
                figures.add(new PredictedFigure("ports that the scan finds taken", "ports", taken));
            }
            figures.add(new PredictedFigure("time to the first refused call", "s", firstFailedSeconds()));
        }
        figures.addAll(seen);
        return figures;
    }

    @Override
    List<String> diagnosis() {
        if (taken == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                environment().remedy() == null
                        ? String.format(
                                Locale.ROOT,
                                "calls are refused by port exhaustion: of %,d ports that can't be bound, %,d have no"
                                        + " listener, only connections that are closed, and time alone frees them",
                                taken,
                                withoutListener)
                        : "there is no port exhaustion: calls are served, while the service still can't be started");
        lines.add("the service is refused by a bind conflict: port " + hungPort + " is held by " + owner()
                + ", which listens and never accepts; once it was ended, "
                + (startsOnceEnded ? "the port could be bound at once" : "the port was still taken"));
        if (goneRefuses) {
            lines.add("where the listener is gone, a connection that it closed is left in TIME_WAIT at its port: a bind"
                    + (goneRefusesReuse ? " fails" : " without SO_REUSEADDR fails, one with it succeeds"));
        }
        return lines;
    }
}
