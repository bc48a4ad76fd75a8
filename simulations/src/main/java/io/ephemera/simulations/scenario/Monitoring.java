package io.ephemera.simulations.scenario;

import io.ephemera.ports.Scope;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.StoryEnd.MeasuredFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Polls.Rhythm;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A monitoring engine polls M devices, each every interval I over c connections one after the other, from one machine. Its calls
 * go to M destinations, but with a global pool they share one machine's ports:
 *
 * <pre>
 * offered = M c / I                    [calls/s]
 * devices that it keeps up with = P I / (T c)    [devices], P ports, TIME_WAIT T
 * </pre>
 *
 * <p>Above that the ports are used up after P / offered, and none comes back before T is over: until then no device is seen,
 * however well it is.
 */
public final class Monitoring implements Scenario {

    /** Connections of one poll, such as one for each service that is asked. */
    private static final int CONNECTIONS = 4;

    /** A poll is due four times in a TIME_WAIT: every minute where that is 240 s. */
    private static final double INTERVALS_PER_TIME_WAIT = 4;

    /** How many times as many devices as the engine keeps up with, unless the settings say otherwise. */
    private static final double OVERLOAD = 2.4;

    /** A remedy brings the load down to this share of what the ports suffice for, at most. */
    private static final double SAFE_SHARE = 0.85;

    @Override
    public String name() {
        return "MonitoringEngine";
    }

    @Override
    public Set<Setting> settings() {
        return Set.of(Setting.DEVICES);
    }

    @Override
    public Set<Remedy> remedies() {
        return Set.of(Remedy.SPLIT_ENGINES, Remedy.LONGER_INTERVAL, Remedy.SHARED_CONNECTIONS);
    }

    @Override
    public Script script(Circumstances circumstances) throws BadSettingException {
        if (circumstances.profile().scope() != Scope.GLOBAL) {
            throw new BadSettingException(
                    Setting.SCOPE,
                    circumstances.profile().scope().toString(),
                    "each device has ports of its own then; MonitoringEngine tells of a pool that is global");
        }
        double interval = circumstances.timeWaitSeconds() / INTERVALS_PER_TIME_WAIT;
        double keepsUpWith = circumstances.profile().range().size() / INTERVALS_PER_TIME_WAIT / CONNECTIONS;
        Long given = circumstances.settings().sizes().get(Setting.DEVICES);
        int devices = given == null ? roundUp(OVERLOAD * keepsUpWith) : given.intValue();
        return new Play(circumstances, new Rhythm(devices, CONNECTIONS, interval), circumstances.remedy());
    }

    /** To two digits. */
    private static int roundUp(double value) {
        double grain = Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 1));
        return (int) Math.max(1, Math.ceil(value / grain - 1e-9) * grain);
    }

    private static final class Play implements Script {
        private final Circumstances circumstances;
        private final Rhythm wanted;
        private final Rhythm rhythm;
        private final int engines;
        private final Usage usage;
        private final int windows;
        private final PlannedStep step;
        private final Polls predicted;
        private final BitSet predictedOk;
        private final boolean exhausts;

        Play(Circumstances circumstances, Rhythm wanted, @Nullable Remedy remedy) {
            this.circumstances = circumstances;
            this.wanted = wanted;
            int times = (int)
                    Math.ceil(wanted.callsPerSecond() / (SAFE_SHARE * circumstances.thresholdCallsPerSecond()) - 1e-9);
            this.engines = remedy == Remedy.SPLIT_ENGINES ? times : 1;
            this.rhythm = new Rhythm(
                    (wanted.devices() + engines - 1) / engines,
                    wanted.connections(),
                    wanted.intervalSeconds() * (remedy == Remedy.LONGER_INTERVAL ? times : 1));
            this.usage = Overload.usage(remedy != Remedy.SHARED_CONNECTIONS);
            this.windows = Overload.windows(circumstances);
            long calls = calls();
            BitSet ok = new BitSet();
            VirtualPorts ports = new VirtualPorts(circumstances);
            long first = -1;
            for (long call = 0; call < calls; call++) {
                boolean served = usage.portsPerCall() == 0 || ports.call(rhythm.dueSeconds(call));
                ok.set((int) call, served);
                first = served || first >= 0 ? first : call;
            }
            this.exhausts = first >= 0;
            this.predicted = Polls.of(rhythm, ok, calls);
            this.predictedOk = ok;
            this.step = new PlannedStep(
                    exhausts ? Kind.SATURATED : Kind.STAIR,
                    rhythm.callsPerSecond(),
                    0,
                    rhythm.dueSeconds(calls),
                    calls,
                    exhausts ? rhythm.dueSeconds(first) : null,
                    exhausts ? circumstances.timeWaitSeconds() : 0,
                    exhausts ? windows : 0);
        }

        /** Those of whole rounds, until the windows are over. */
        private long calls() {
            double slice = circumstances.timeWaitSeconds() / circumstances.slicesPerTimeWait();
            double seconds = (1 + windows) * circumstances.timeWaitSeconds() + 2 * slice;
            return (long) Math.ceil(seconds / rhythm.intervalSeconds() - 1e-9)
                    * rhythm.devices()
                    * rhythm.connections();
        }

        @Override
        public Usage usage() {
            return usage;
        }

        @Override
        public List<PlannedStep> steps() {
            return List.of(step);
        }

        @Override
        public int destinations() {
            return wanted.devices();
        }

        @Override
        public int destinationOf(long call) {
            return rhythm.deviceOf(call);
        }

        @Override
        public List<String> scene() {
            List<String> scene = new ArrayList<>();
            scene.add(String.format(
                    Locale.ROOT,
                    "%,d devices, each polled every %s s over %d connections: %s calls/s; the ports suffice for %,.1f devices",
                    rhythm.devices(),
                    Wording.exact(rhythm.intervalSeconds()),
                    rhythm.connections(),
                    Wording.exact(rhythm.callsPerSecond()),
                    keepsUpWith()));
            if (engines > 1) {
                scene.add(String.format(
                        Locale.ROOT,
                        "this is one of %d engines, each on a machine of its own, that share %,d devices",
                        engines,
                        wanted.devices()));
            }
            return scene;
        }

        @Override
        public Story story() {
            List<PredictedFigure> figures = new ArrayList<>();
            if (exhausts) {
                figures.add(new PredictedFigure(DEVICES, "devices", keptUpWith(predictedOk)));
                figures.add(new PredictedFigure(BLACKOUT, "s", predicted.blackoutSeconds()));
            }
            if (!exhausts) {
                figures.add(new PredictedFigure(STALEST, "s", predicted.stalestSeconds()));
            }
            figures.add(new PredictedFigure(DARK, "devices", predicted.mostDark()));
            return new Story(exhausts, false, figures, LESSONS);
        }

        @Override
        public Witness witness() {
            return new Engine();
        }

        private double keepsUpWith() {
            return circumstances.thresholdCallsPerSecond() * rhythm.intervalSeconds() / rhythm.connections();
        }

        /** By the polls' connections that were made in the windows. */
        private double keptUpWith(BitSet ok) {
            double timeWait = circumstances.timeWaitSeconds();
            long made = ok.stream()
                    .mapToDouble(rhythm::dueSeconds)
                    .filter(due -> due >= timeWait && due < (1 + windows) * timeWait)
                    .count();
            return made / (windows * timeWait) * rhythm.intervalSeconds() / rhythm.connections();
        }

        private final class Engine implements Witness {
            private final BitSet ok = new BitSet();
            private final List<String> faults = new ArrayList<>();
            private @Nullable Stage stage;

            @Override
            public void begin(Stage begun) {
                stage = begun;
            }

            @Override
            public void ended(long call, double seconds, boolean wasOk) {
                ok.set((int) call, wasOk);
            }

            @Override
            public StoryEnd end() {
                Polls seen = Polls.of(rhythm, ok, step.calls());
                List<MeasuredFigure> measured = new ArrayList<>();
                measured.add(new MeasuredFigure(DEVICES, keptUpWith(ok)));
                measured.add(new MeasuredFigure(BLACKOUT, seen.blackoutSeconds()));
                measured.add(new MeasuredFigure(STALEST, seen.stalestSeconds()));
                measured.add(new MeasuredFigure(DARK, seen.mostDark()));
                writeDevices();
                return new StoryEnd(measured, diagnosis(seen));
            }

            private void writeDevices() {
                double[] stalest = Polls.stalestSeconds(rhythm, ok, step.calls());
                List<String> lines = new ArrayList<>(List.of("device,longestNotSeenSeconds"));
                for (int device = 0; device < stalest.length; device++) {
                    lines.add(device + 1 + "," + Wording.exact(stalest[device]));
                }
                try {
                    if (stage != null) {
                        Files.write(stage.folder().resolve(DEVICES_CSV), lines, StandardCharsets.UTF_8);
                    }
                } catch (IOException e) {
                    faults.add(DEVICES_CSV + " can't be written: " + e.getMessage());
                }
            }

            @Override
            public List<String> faults() {
                return List.copyOf(faults);
            }

            private List<String> diagnosis(Polls seen) {
                if (seen.mostDark() == 0) {
                    return List.of(String.format(
                            Locale.ROOT,
                            "every poll of the %,d devices had all its connections: no value is older than %s s",
                            rhythm.devices(),
                            Wording.exact(seen.stalestSeconds())));
                }
                return List.of(String.format(
                        Locale.ROOT,
                        "monitoring stood still for up to %s s: at the worst moment the last poll of %,d of %,d devices had"
                                + " failed, and on average a device was not seen for %s s, at an interval of %s s; each device is in "
                                + DEVICES_CSV,
                        Wording.exact(seen.blackoutSeconds()),
                        seen.mostDark(),
                        rhythm.devices(),
                        Wording.exact(seen.meanStalestSeconds()),
                        Wording.exact(rhythm.intervalSeconds())));
            }
        }
    }

    /** In the run's folder: for how long each device was not seen. */
    private static final String DEVICES_CSV = "devices.csv";

    private static final String DEVICES = "devices that one engine keeps up with";
    private static final String BLACKOUT = "longest time in which no device is seen";
    private static final String STALEST = "longest time for which a device is not seen";
    private static final String DARK = "devices dark at the worst moment";

    private static final List<String> LESSONS = List.of(
            "the devices are well and the network is too: the engine's own machine has no port left, and so all of them"
                    + " seem to be gone at once",
            "connections count, not devices: half the connections of a poll, or twice the interval, is room for twice the"
                    + " devices",
            "each engine on a machine of its own brings its own ports; persistent connections need a port for each"
                    + " connection once, and not again for every poll");
}
