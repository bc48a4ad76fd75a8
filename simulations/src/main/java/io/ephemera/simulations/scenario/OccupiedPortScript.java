package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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
        super(environment);
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
    List<PlannedStep> load() {
        return List.of(environment.overload());
    }

    @Override
    public List<String> scene() {
        return List.of("a process listens at a port of the range and hangs; "
                + fourDigits(environment.overloadCallsPerSecond()) + " calls/s go out; every port is tried after "
                + fourDigits(scanSeconds) + " s, and the process is ended after " + fourDigits(endSeconds) + " s");
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

    private void scan() {
        List<Integer> bound = hung == null ? List.of() : BoundPorts.taken(range);
        List<Integer> listeners =
                bound.stream().filter(BoundPorts::isListenedAt).toList();
        int hangs = hung == null || listeners.contains(hungPort) ? 1 : 0;
        seen.add(new PredictedFigure("taken ports where the process that hangs listens", "ports", hangs));
        taken = hung == null ? range.size() : bound.size();
        withoutListener = bound.size() - listeners.size();
        run().event(
                        scanSeconds,
                        "every port tried: " + count(taken) + " of " + count(range.size())
                                + " are taken, somebody listens at " + count(listeners.size()) + " of these");
    }

    private void bindWhileHung() {
        refused("binds of the service refused while the process hangs", BINDS, true, this::isServiceRefused);
        run().event(bindsSeconds, "the service can't be started at port " + hungPort + ": " + owner() + " has it");
    }

    private void endAndBind() {
        close();
        run().event(endSeconds, owner() + " is ended");
        startsOnceEnded =
                refused("binds of the service refused once it is ended", BINDS, false, this::isServiceRefused) == 0;
        String outcome = startsOnceEnded ? "can" : "still can't";
        run().event(endSeconds, "the service " + outcome + " be started at port " + hungPort);
    }

    private void bindWhereGone() {
        int gone = hung == null ? 0 : BoundPorts.leaveTimeWait();
        goneRefuses =
                refused("binds refused where the listener is gone", 1, true, () -> BoundPorts.isRefused(gone, false))
                        > 0;
        goneRefusesReuse = refused("the same with SO_REUSEADDR", 1, false, () -> BoundPorts.isRefused(gone, true)) > 0;
    }

    /**
     * How many of some binds are refused.
     *
     * @param rule whether they are, where there is nothing to bind: on the model alone
     */
    private int refused(String figure, int binds, boolean rule, BooleanSupplier bind) {
        int refused = (int) IntStream.range(0, binds)
                .filter(n -> hung == null ? rule : bind.getAsBoolean())
                .count();
        seen.add(new PredictedFigure(figure, "of " + binds, refused));
        return refused;
    }

    private boolean isServiceRefused() {
        return BoundPorts.isRefused(hungPort, null);
    }

    private String owner() {
        return hung == null ? "the process" : hung.name();
    }

    @Override
    void addFigures() {
        if (failed > 0 && taken != null) {
            figure("ports that the scan finds taken", "ports", taken);
        }
        timeToFirstRefusal();
        seen.forEach(figure -> figure(figure.name(), figure.unit(), figure.predicted()));
    }

    @Override
    List<String> diagnosis() {
        if (taken == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        if (environment.remedy() == null) {
            lines.add("one message, two failures: calls are refused with no free port, and the service can't bind port "
                    + hungPort + ", which " + owner() + " holds");
            lines.add("of " + count(taken) + " ports that can't be bound, " + count(withoutListener)
                    + " have no listener, only connections that are closed, and time alone frees them");
        } else {
            lines.add("there is no port exhaustion: calls are served, while the service still can't be started");
        }
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
