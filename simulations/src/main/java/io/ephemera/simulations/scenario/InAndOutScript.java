package io.ephemera.simulations.scenario;

import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.target.TargetServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    private @Nullable SideProcess elsewhere;
    private @Nullable TargetServer inbound;
    private int outFailed;
    private int inWorked;
    private int done;
    private String said = "";

    InAndOutScript(Environment environment) throws BadSettingException {
        super(
                environment.withGlobalPool("InAndOut", "what is probed"),
                Environment.step(environment.overloadCallsPerSecond(), 0, environment.timeWaitSeconds()),
                Environment.step(
                        environment.shareOfThreshold(QUIET_SHARE),
                        environment.timeWaitSeconds(),
                        environment.timeWaitSeconds()));
    }

    /** The calls', and one that is only probed. */
    @Override
    public int destinations() {
        return 2;
    }

    @Override
    public List<String> scene() {
        return List.of(String.format(
                Locale.ROOT,
                "%.1f calls/s go out, where the ports suffice for %.2f; a probe goes out and one comes in every %.1f s",
                environment().overloadCallsPerSecond(),
                environment().thresholdCallsPerSecond(),
                environment().timeWaitSeconds() / PROBES_PER_TIME_WAIT));
    }

    /** Somebody elsewhere, and a service of this machine, which is tried from there. */
    @Override
    public void open(Path folder) throws IOException {
        inbound = Listeners.stubOutside(environment().profile().range(), call -> {});
        elsewhere = SideProcess.start("the probe", Elsewhere.class);
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
    }

    @Override
    void begin(RunControl run) {
        for (int probe = 0; probe < PROBES; probe++) {
            double seconds = (probe + 0.5) * environment().timeWaitSeconds() / PROBES_PER_TIME_WAIT;
            run.at(seconds, () -> probe(seconds));
        }
    }

    private void probe(double seconds) {
        String out = run().connect(1);
        String in = inward();
        done++;
        outFailed += out.equals(RunControl.OK) ? 0 : 1;
        inWorked += in.equals(RunControl.OK) ? 1 : 0;
        String now = "outward: " + out + "; inward: " + in;
        if (!now.equals(said)) {
            said = now;
            run().event(seconds, now);
        }
    }

    /** From elsewhere it can be reached as ever: so it is on the model alone. */
    private String inward() {
        return elsewhere == null || inbound == null ? RunControl.OK : elsewhere.ask(Integer.toString(inbound.port()));
    }

    @Override
    List<PredictedFigure> figures() {
        List<PredictedFigure> figures = new ArrayList<>();
        if (failed() > 0) {
            double silence = lastFailedSeconds() - firstFailedSeconds();
            figures.add(new PredictedFigure("time in which nothing goes out", "s", silence));
        }
        figures.add(new PredictedFigure("probes outward that fail", "of " + PROBES, outFailed));
        figures.add(new PredictedFigure("probes inward that succeed", "of " + PROBES, inWorked));
        return figures;
    }

    @Override
    List<String> diagnosis() {
        if (outFailed == 0) {
            return List.of("all " + done + " probes outward and all inward have succeeded");
        }
        return List.of(String.format(
                Locale.ROOT,
                "out of the machine %d of %d probes failed, into it %d of %d succeeded: its ports are used up, its network"
                        + " is well",
                outFailed,
                done,
                inWorked,
                done));
    }

    /** What runs in a JVM of its own: connects to each port that a line names. */
    static final class Elsewhere {

        private static final int TIMEOUT_MILLIS = 60_000;

        private Elsewhere() {}

        public static void main(String[] args) throws IOException {
            BufferedReader ports = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("ready");
            for (String port = ports.readLine(); port != null; port = ports.readLine()) {
                System.out.println(connect(Integer.parseInt(port)));
            }
        }

        private static String connect(int port) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
                return RunControl.OK;
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
