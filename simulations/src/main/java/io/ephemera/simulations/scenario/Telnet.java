package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The telnet test: from a machine whose ports are used up nothing goes out, to nowhere; from elsewhere it can be reached as ever.
 * Calls at 1.5 times the threshold use up the ports before the first of them comes back, then few calls are made and the machine
 * recovers. All along, probes go out of it to another destination, and into it from a JVM that no pool governs.
 */
public final class Telnet implements Scenario {

    private static final String SILENCE = "time in which nothing goes out";
    private static final String OUT_FAILS = "probes outward that fail";
    private static final String IN_WORKS = "probes inward that succeed";

    /** After the overload, so many calls are made of those that the ports suffice for. */
    private static final double QUIET_SHARE = 0.2;

    private static final int PROBES_PER_TIME_WAIT = 48;
    private static final int PROBE_TIMEOUT_MILLIS = 60_000;

    private static final List<String> LESSONS = List.of(
            "telnet from the machine to anywhere, and from anywhere to the machine: out fails and in works is port exhaustion;"
                    + " both fail is the network, or the machine",
            "it is not the destination: a probe to one that was never called fails as well, since the ports are the machine's",
            "remote registry and PerfMon are no tests: they come in over connections that are open already, or over others'"
                    + " ports, and open no socket of this kind");

    @Override
    public String name() {
        return "InAndOut";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of();
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) throws BadSettingException {
        if (circumstances.profile().scope() != Scope.GLOBAL) {
            throw new BadSettingException(
                    Setting.SCOPE,
                    circumstances.profile().scope().toString(),
                    "what is probed has ports of its own then; InAndOut tells of a pool that is global");
        }
        return new Play(circumstances);
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final boolean exhausts;
        private final double rate;
        private final double quietRate;
        private final long calls;
        private final long quietCalls;
        private double firstRefused = -1;
        private double lastRefused = -1;
        private int probesRefused;

        Play(Circumstances circumstances) {
            this.circumstances = circumstances;
            this.exhausts = circumstances.remedy() == null;
            this.rate = Overload.rate(circumstances);
            this.quietRate = Math.ceil(QUIET_SHARE * circumstances.thresholdCallsPerSecond() * 1000) / 1000;
            this.calls = (long) Math.ceil(rate * circumstances.timeWaitSeconds() - 1e-9);
            this.quietCalls = (long) Math.ceil(quietRate * circumstances.timeWaitSeconds() - 1e-9);
            if (exhausts) {
                forecast();
            }
        }

        private double dueSeconds(long call) {
            return call < calls ? call / rate : circumstances.timeWaitSeconds() + (call - calls) / quietRate;
        }

        private int probes() {
            return 2 * PROBES_PER_TIME_WAIT;
        }

        private double probeSeconds(int probe) {
            return (probe + 0.5) * circumstances.timeWaitSeconds() / PROBES_PER_TIME_WAIT;
        }

        private void forecast() {
            VirtualPorts ports = new VirtualPorts(circumstances);
            int probe = 0;
            for (long call = 0; call < calls + quietCalls; call++) {
                double due = dueSeconds(call);
                while (probe < probes() && probeSeconds(probe) <= due) {
                    probesRefused += ports.call(probeSeconds(probe)) ? 0 : 1;
                    probe++;
                }
                if (!ports.call(due)) {
                    firstRefused = firstRefused < 0 ? due : firstRefused;
                    lastRefused = due;
                }
            }
        }

        @Override
        public Usage usage() {
            return Overload.usage(exhausts);
        }

        @Override
        public List<PlannedStep> steps() {
            double timeWait = circumstances.timeWaitSeconds();
            return List.of(
                    new PlannedStep(Kind.STAIR, rate, 0, timeWait, calls, exhausts ? firstRefused : null, 0, 0),
                    new PlannedStep(Kind.STAIR, quietRate, timeWait, timeWait, quietCalls, null, 0, 0));
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
                    rate,
                    circumstances.thresholdCallsPerSecond(),
                    circumstances.timeWaitSeconds() / PROBES_PER_TIME_WAIT));
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (exhausts) {
                figures.add(new PredictedFigure(SILENCE, "s", lastRefused - firstRefused));
            }
            figures.add(new PredictedFigure(OUT_FAILS, "of " + probes(), probesRefused));
            figures.add(new PredictedFigure(IN_WORKS, "of " + probes(), probes()));
            return new Story(exhausts, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            try {
                return new Prober(
                        InwardProbe.start(), inbound(circumstances.profile().range()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The machine's own service, which is tried from elsewhere. */
        private static TargetServer inbound(PortRange range) throws IOException {
            TargetServer server = TargetServer.start(TargetOptions.defaults());
            while (range.contains(server.port())) {
                server.close();
                server = TargetServer.start(TargetOptions.defaults());
            }
            return server;
        }

        private final class Prober implements Witness {
            private final InwardProbe elsewhere;
            private final TargetServer inbound;
            private final List<String> faults = new ArrayList<>();
            private int outFailed;
            private int inWorked;
            private int done;
            private double first = -1;
            private double last = -1;
            private String said = "";

            Prober(InwardProbe elsewhere, TargetServer inbound) {
                this.elsewhere = elsewhere;
                this.inbound = inbound;
            }

            @Override
            public void begin(Stage stage) {
                URI never = stage.destination(1);
                for (int probe = 0; probe < probes(); probe++) {
                    stage.at(probeSeconds(probe), () -> probe(stage, never));
                }
            }

            private void probe(Stage stage, URI never) {
                String out = outward(stage, never);
                String in = elsewhere.probe(inbound.port());
                done++;
                outFailed += out.equals(InwardProbe.OK) ? 0 : 1;
                inWorked += in.equals(InwardProbe.OK) ? 1 : 0;
                String now = "outward: " + out + "; inward: " + in;
                if (!now.equals(said)) {
                    said = now;
                    stage.event(stage.seconds(), now);
                }
            }

            private String outward(Stage stage, URI never) {
                try (Socket socket = new Socket()) {
                    socket.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), never.getPort()),
                            PROBE_TIMEOUT_MILLIS);
                    stage.probed(true);
                    return InwardProbe.OK;
                } catch (ConnectException e) {
                    return e.toString();
                } catch (SocketException e) {
                    stage.probed(false);
                    return e.toString();
                } catch (IOException e) {
                    return e.toString();
                }
            }

            @Override
            public void ended(long call, double seconds, boolean ok) {
                if (!ok) {
                    double due = dueSeconds(call);
                    first = first < 0 ? due : Math.min(first, due);
                    last = Math.max(last, due);
                }
            }

            @Override
            public StoryEnd end() {
                elsewhere.close();
                inbound.close();
                if (done != probes()) {
                    faults.add(done + " of " + probes() + " probes were made before the run ended");
                }
                List<MeasuredFigure> measured = new ArrayList<>();
                if (first >= 0) {
                    measured.add(new MeasuredFigure(SILENCE, last - first));
                }
                measured.add(new MeasuredFigure(OUT_FAILS, outFailed));
                measured.add(new MeasuredFigure(IN_WORKS, inWorked));
                return new StoryEnd(measured, List.of(diagnosis()));
            }

            private String diagnosis() {
                return outFailed == 0
                        ? String.format(Locale.ROOT, "all %d probes outward and all inward have succeeded", done)
                        : String.format(
                                Locale.ROOT,
                                "out of the machine %d of %d probes failed, into it %d of %d succeeded: its ports are used up,"
                                        + " its network is well",
                                outFailed,
                                done,
                                inWorked,
                                done);
            }

            @Override
            public List<String> faults() {
                return List.copyOf(faults);
            }
        }
    }
}
