package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.machine.TcpState;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of an application leaks connections: half of them nobody closes (ESTABLISHED), half of them the server alone
 * (CLOSE_WAIT). Beside it go calls that are far below what the ports suffice for:
 *
 * <pre>
 * ports in use after t = l t + r min(t, T)         [ports], l leaks/s, r calls/s, TIME_WAIT T
 * first refused call   = (P - r T) / l             [s], P ports, if that is more than T
 * </pre>
 *
 * <p>T stands in it only with the few ports of the calls: no tuning of TIME_WAIT moves it by much, and a leaked port never comes
 * back.
 */
final class LeakScript extends Script {

    /** Calls as a share of what the ports suffice for: hardly a TIME_WAIT. */
    private static final double CALLS_SHARE = 0.05;

    /** When the leak has the ports that the calls leave. */
    private static final double LEAKED_IN_TIME_WAITS = 1.5;

    private static final double LENGTH_IN_TIME_WAITS = 2.5;

    /** How much shorter the TIME_WAIT is made in thought: 30 s instead of 240 s. */
    private static final int TUNING = 8;

    /** What a run has open beside its connections, generously. */
    private static final int OTHER_FILES = 500;

    private final Load load;
    private final boolean leaks;
    private int neverClosed;
    private int closedByServer;
    private @Nullable Holders holders;

    /**
     * What goes on.
     *
     * @param callsPerSecond of calls that are closed as they should be
     * @param leaksPerSecond of connections that leak, n of which is opened at n / leaksPerSecond
     */
    record Load(double callsPerSecond, double leaksPerSecond, double seconds) {

        static Load of(Environment environment) {
            double timeWait = environment.timeWaitSeconds();
            double calls = environment.shareOfThreshold(CALLS_SHARE);
            if (Math.abs(calls * timeWait - Math.rint(calls * timeWait)) < 1e-6) {
                // Each call would find the port of an earlier one that comes back at its very instant, and none be
                // refused.
                calls += 0.0005;
            }
            double leaks = Environment.thousandths(
                    (environment.ports() - calls * timeWait) / (LEAKED_IN_TIME_WAITS * timeWait));
            return new Load(calls, leaks, LENGTH_IN_TIME_WAITS * timeWait);
        }
    }

    /**
     * What holds the ports when the first call is refused.
     *
     * @param established connections that nobody has closed
     * @param closeWait connections that the server alone has closed
     * @param timeWait ports in TIME_WAIT, by the model
     */
    record Holders(int established, int closeWait, int timeWait) {

        String words() {
            return count(established + closeWait) + " connections were never closed and have used up the ports: "
                    + count(established) + " that nobody has closed (ESTABLISHED), " + count(closeWait)
                    + " that the server alone has (CLOSE_WAIT); only " + count(timeWait) + " are in TIME_WAIT";
        }
    }

    LeakScript(Environment environment) throws BadSettingException {
        this(environment, Load.of(environment));
        long needed = 2L * environment.ports() + OTHER_FILES;
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && needed > unix.getMaxFileDescriptorCount()) {
            throw new BadSettingException(
                    Setting.PORTS,
                    environment.profile().range().toString(),
                    "Leak keeps both ends of so many connections open and needs " + needed
                            + " files, this process may open " + unix.getMaxFileDescriptorCount()
                            + "; give fewer ports, or raise ulimit -n");
        }
    }

    LeakScript(Environment environment, Load load) {
        super(environment);
        this.load = load;
        this.leaks = environment.remedy() != Remedy.CLOSE_CONNECTIONS;
    }

    @Override
    List<PlannedStep> load() {
        return List.of(Environment.step(load.callsPerSecond, 0, load.seconds));
    }

    @Override
    public List<String> scene() {
        return List.of(fourDigits(load.callsPerSecond) + " calls/s, where the ports suffice for "
                + fourDigits(environment.thresholdCallsPerSecond()) + "; beside them " + fourDigits(load.leaksPerSecond)
                + " connections/s are "
                + (leaks
                        ? "opened and never closed, every second one but by the server"
                        : "opened and closed, every second one by the server first"));
    }

    @Override
    void begin(RunControl run) {
        for (long leak = 0; leak / load.leaksPerSecond <= load.seconds; leak++) {
            boolean serverCloses = leak % 2 == 1;
            run.at(leak / load.leaksPerSecond, () -> leak(serverCloses));
        }
    }

    private void leak(boolean serverCloses) {
        boolean isOpen = run().ask(serverCloses, leaks) && leaks;
        neverClosed += isOpen && !serverCloses ? 1 : 0;
        closedByServer += isOpen && serverCloses ? 1 : 0;
    }

    @Override
    void noted(long call, double atSeconds, boolean wasOk) {
        if (!wasOk && failed == 1) {
            run().at(atSeconds, this::look);
        }
    }

    private void look() {
        Map<TcpState, Integer> states = isModel() || !SystemTable.IS_LINUX
                ? Map.of(TcpState.ESTABLISHED, neverClosed, TcpState.CLOSE_WAIT, closedByServer)
                : SystemTable.states(run().destination(0));
        Slice.Ports ports = run().ports();
        Holders seen = new Holders(
                states.getOrDefault(TcpState.ESTABLISHED, 0),
                states.getOrDefault(TcpState.CLOSE_WAIT, 0),
                ports == null ? 0 : ports.timeWait());
        holders = seen;
    }

    @Nullable
    Holders holders() {
        return holders;
    }

    @Override
    void close() {
        if (failed > 0 && holders == null) {
            fault("the connections were not looked at when the first call was refused");
        }
    }

    @Override
    void addFigures() {
        timeToFirstRefusal();
        if (holders != null && SystemTable.IS_LINUX) {
            figure("ports in ESTABLISHED then", "ports", holders.established);
            figure("ports in CLOSE_WAIT then", "ports", holders.closeWait);
        }
        figure("connections left open at the end", "connections", neverClosed + closedByServer);
    }

    @Override
    List<String> diagnosis() {
        if (holders == null) {
            int open = neverClosed + closedByServer;
            return List.of((open == 0 ? "every connection was" : count(open) + " connections were not")
                    + " closed after use, and no call was refused");
        }
        return List.of(
                holders.words(),
                "process " + ProcessHandle.current().pid() + " has them open, towards "
                        + run().destination(0).getAuthority(),
                "no tuning of TIME_WAIT helps: " + tuned());
    }

    private String tuned() {
        double timeWait = environment.timeWaitSeconds();
        Duration shorter = Duration.ofNanos(Math.round(timeWait / TUNING * 1e9));
        Environment then = new Environment(
                environment.settings(), environment.profile().withTimeWait(shorter), environment.slicesPerTimeWait());
        Script tuned = ModelRun.play(new LeakScript(then, load));
        return "with " + fourDigits(then.timeWaitSeconds()) + " s instead of " + fourDigits(timeWait)
                + " s the first call would "
                + (tuned.failed == 0
                        ? "not have been refused in this time"
                        : "have been refused after " + fourDigits(tuned.firstFailedSeconds) + " s instead of "
                                + fourDigits(firstFailedSeconds) + " s");
    }
}
