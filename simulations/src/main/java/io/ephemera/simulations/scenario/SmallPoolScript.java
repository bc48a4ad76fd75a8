package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.exact;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.load.Remedy;
import java.util.List;

/**
 * Ten callers that call together, again and again, over a pool that keeps five idle connections. Five of each ten calls find one;
 * the others open one each, which comes back to a full pool and is closed:
 *
 * <pre>
 * connections opened = r (c - k) / c                   [connections/s], r calls/s, c callers, k kept
 * ports run out above  (P - k) / T c / (c - k)         [calls/s of all], P ports, TIME_WAIT T
 * </pre>
 *
 * <p>The calls of the run are those that open a connection, which Gatling makes. It has no pool of a size, so the calls over the kept
 * connections are made beside it, five at a time: over the same five connections, which are opened when it begins.
 */
final class SmallPoolScript extends Script {

    private static final int CALLERS = 10;

    /** As OkHttp keeps and {@code HttpURLConnection}, by default. */
    private static final int KEPT = 5;

    /** Calls of all callers for each that opens a connection. */
    private static final int CALLS_EACH = CALLERS / (CALLERS - KEPT);

    private final int size;
    private int kept;
    private long reused;

    SmallPoolScript(Environment environment) {
        super(environment);
        size = environment.remedy() == Remedy.SHARED_CONNECTIONS ? CALLERS : KEPT;
    }

    @Override
    List<PlannedStep> load() {
        return List.of(environment.overload());
    }

    @Override
    public List<String> scene() {
        return List.of(
                CALLERS + " callers make " + exact(CALLS_EACH * environment.overloadCallsPerSecond())
                        + " calls/s together, over a pool that keeps " + size + " connections",
                size < CALLERS
                        ? "of each " + CALLERS + " calls " + (CALLERS - KEPT) + " find no idle connection: "
                                + exact(environment.overloadCallsPerSecond())
                                + " a second are opened, and closed again; the ports suffice for "
                                + exact(environment.thresholdCallsPerSecond())
                        : "every call finds an idle connection");
    }

    @Override
    void begin(RunControl run) {
        run.at(0, () -> {
            for (int connection = 0; connection < size; connection++) {
                kept += run.ask(false, true) ? 1 : 0;
            }
        });
        int together = CALLERS - KEPT;
        for (long call = 0; call < calls(); call += together) {
            run.at(call / environment.overloadCallsPerSecond(), () -> reused += run.askAgain(KEPT));
        }
    }

    @Override
    void addFigures() {
        boolean enough = size == CALLERS;
        figure("connections that the pool keeps", "connections", kept);
        figure("calls over a kept connection", "calls", reused + (enough ? ended : 0));
        figure("calls that opened a connection", "calls", enough ? 0 : ended - failed);
        if (failed > 0) {
            figure("calls of all callers at which ports run out", "calls/s", CALLS_EACH * sustainedCallsPerSecond());
        }
        timeToFirstRefusal();
    }

    @Override
    List<String> diagnosis() {
        if (failed == 0) {
            return List.of("a pool of " + kept + " keeps a connection for each of the " + CALLERS
                    + " callers: no call opens one, and none is refused");
        }
        return List.of(
                "the pool is too small: " + CALLERS + " callers want a connection at once and " + kept
                        + " are kept, so every " + (CALLS_EACH == 2 ? "second" : CALLS_EACH + "th")
                        + " call opens one and leaves its port in TIME_WAIT, though keep-alive is on; " + count(failed)
                        + " of these calls were refused",
                "above " + exact(CALLS_EACH * sustainedCallsPerSecond())
                        + " calls/s of all callers ports run out; a pool of " + CALLERS + " opens none");
    }
}
