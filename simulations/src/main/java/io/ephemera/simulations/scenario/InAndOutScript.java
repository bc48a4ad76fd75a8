package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.target.TargetServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The telnet test: from a machine whose ports are used up nothing goes out, to nowhere; from elsewhere it can be reached as ever.
 * Calls at 1.5 times the threshold use up the ports before the first of them comes back, then few calls are made and the machine
 * recovers. All along, probes go out of it to another destination, and into it from a JVM that no pool governs.
 */
final class InAndOutScript extends Script {

    /** After the overload, so many calls are made of those that the ports suffice for. */
    private static final double QUIET_SHARE = 0.2;

    private static final int PROBES_PER_TIME_WAIT = 48;
    private static final int PROBES = 2 * PROBES_PER_TIME_WAIT;

    private final double timeWait;
    private @Nullable SideProcess elsewhere;
    private @Nullable TargetServer inbound;
    private int outFailed;
    private int inWorked;
    private int done;
    private String said = "";
    private @Nullable String inwardFailure;

    InAndOutScript(Environment environment) throws BadSettingException {
        super(environment);
        environment.requireGlobalPool("InAndOut", "what is probed");
        timeWait = environment.timeWaitSeconds();
    }

    @Override
    List<PlannedStep> load() {
        return List.of(
                Environment.step(environment.overloadCallsPerSecond(), 0, timeWait),
                Environment.step(environment.shareOfThreshold(QUIET_SHARE), timeWait, timeWait));
    }

    /** The calls', and one that is only probed. */
    @Override
    public int destinations() {
        return 2;
    }

    @Override
    public List<String> scene() {
        return List.of(fourDigits(environment.overloadCallsPerSecond())
                + " calls/s go out, where the ports suffice for "
                + fourDigits(environment.thresholdCallsPerSecond()) + "; a probe goes out and one comes in every "
                + fourDigits(timeWait / PROBES_PER_TIME_WAIT) + " s");
    }

    /** Somebody elsewhere, and a service of this machine, which is tried from there. */
    @Override
    public void open(Path folder) throws IOException {
        inbound = Listeners.stubOutside(environment.profile().range(), call -> {});
        elsewhere = new SideProcess("the probe", Elsewhere.class);
    }

    @Override
    void close() {
        if (elsewhere != null && inbound != null) {
            elsewhere.close();
            inbound.close();
        }
        if (done != PROBES) {
            fault(done + " of " + PROBES + " probes were made before the run ended");
        }
        if (inwardFailure != null) {
            // Nothing here governs them: what is in their way is the machine's.
            fault((done - inWorked) + " of " + done + " probes from a JVM of its own into this one failed: "
                    + inwardFailure);
        }
    }

    @Override
    void begin(RunControl run) {
        for (int probe = 0; probe < PROBES; probe++) {
            double seconds = (probe + 0.5) * timeWait / PROBES_PER_TIME_WAIT;
            run.at(seconds, () -> probe(seconds));
        }
    }

    private void probe(double seconds) {
        String out = run().connect(1);
        // On the model alone nobody is elsewhere; from there it can be reached as ever.
        String in = elsewhere == null || inbound == null
                ? RunControl.OK
                : elsewhere.ask(inbound.uri().toString());
        done++;
        outFailed += out.equals(RunControl.OK) ? 0 : 1;
        inWorked += in.equals(RunControl.OK) ? 1 : 0;
        if (!in.equals(RunControl.OK) && inwardFailure == null) {
            inwardFailure = in;
        }
        String now = "outward: " + out + "; inward: " + in;
        if (!now.equals(said)) {
            said = now;
            run().event(seconds, now);
        }
    }

    @Override
    void addFigures() {
        if (failed > 0) {
            figure("time in which nothing goes out", "s", lastFailedSeconds - firstFailedSeconds);
        }
        figure("probes outward that fail", "of " + PROBES, outFailed);
        figure("probes inward that succeed", "of " + PROBES, inWorked);
    }

    @Override
    List<String> diagnosis() {
        if (outFailed == 0) {
            return List.of("all " + done + " probes outward and all inward have succeeded");
        }
        return List.of("out of the machine " + outFailed + " of " + done + " probes failed, into it " + inWorked
                + " of " + done + " succeeded: its ports are used up"
                + (inWorked == done ? ", its network is well" : ""));
    }

    /** What runs in a JVM of its own: connects to each server that a line names. */
    static final class Elsewhere {

        /** Above those that Linux gives out by itself ({@code ip_local_port_range}, to 60999). */
        private static final int FIRST_PORT = 61_000;

        private static final int PORTS = 65_536 - FIRST_PORT;
        private static final int MOST_TRIES = 256;
        private final OtherConnections probes = new OtherConnections();
        private int next;

        private Elsewhere() {}

        /**
         * Connects, and closes at once. Linux gives out no port by itself that somebody has bound, not even in TIME_WAIT: where others
         * have used up its range so, another one is asked for.
         */
        private String connect(URI server) {
            String said = probes.connect(server);
            for (int tries = 0; said.startsWith(BindException.class.getName()) && tries < MOST_TRIES; tries++) {
                said = probes.connect(server, FIRST_PORT + next++ % PORTS);
            }
            return said;
        }

        public static void main(String[] args) throws IOException {
            BufferedReader servers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            Elsewhere elsewhere = new Elsewhere();
            System.out.println("ready");
            for (String server = servers.readLine(); server != null; server = servers.readLine()) {
                System.out.println(elsewhere.connect(URI.create(server)));
            }
        }
    }
}
