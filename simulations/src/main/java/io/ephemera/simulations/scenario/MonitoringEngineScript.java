package io.ephemera.simulations.scenario;

import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.scenario.Polls.Rhythm;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
final class MonitoringEngineScript extends Script {

    /** Connections of one poll, such as one for each service that is asked. */
    private static final int CONNECTIONS = 4;

    /** A poll is due four times in a TIME_WAIT: every minute where that is 240 s. */
    private static final double INTERVALS_PER_TIME_WAIT = 4;

    /** How many times as many devices as the engine keeps up with, unless the settings say otherwise. */
    private static final double OVERLOAD = 2.4;

    /** A remedy brings the load down to this share of what the ports suffice for, at most. */
    private static final double SAFE_SHARE = 0.85;

    /** In the run's folder: for how long each device was not seen. */
    private static final String DEVICES_CSV = "devices.csv";

    private final Rhythm wanted;
    private final Rhythm rhythm;
    private @Nullable Path folder;

    MonitoringEngineScript(Environment environment) throws BadSettingException {
        this(environment.withGlobalPool("MonitoringEngine", "each device"), wanted(environment));
    }

    private MonitoringEngineScript(Environment environment, Rhythm wanted) {
        this(environment, wanted, remedied(environment, wanted));
    }

    private MonitoringEngineScript(Environment environment, Rhythm wanted, Rhythm rhythm) {
        this(environment, wanted, rhythm, wholeRounds(environment, rhythm));
    }

    private MonitoringEngineScript(Environment environment, Rhythm wanted, Rhythm rhythm, long calls) {
        super(
                environment,
                environment.saturated(
                        rhythm.callsPerSecond(), environment.timeWaitSeconds(), rhythm.dueSeconds(calls), calls));
        this.wanted = wanted;
        this.rhythm = rhythm;
    }

    private static Rhythm wanted(Environment environment) {
        double keepsUpWith = environment.ports() / INTERVALS_PER_TIME_WAIT / CONNECTIONS;
        Long given = environment.settings().sizes().get(Setting.DEVICES);
        return new Rhythm(
                given == null ? roundUp(OVERLOAD * keepsUpWith) : given.intValue(),
                CONNECTIONS,
                environment.timeWaitSeconds() / INTERVALS_PER_TIME_WAIT);
    }

    /** To two digits. */
    private static int roundUp(double value) {
        double grain = Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 1));
        return (int) Math.max(1, Math.ceil(value / grain - 1e-9) * grain);
    }

    private static Rhythm remedied(Environment environment, Rhythm wanted) {
        double safe = SAFE_SHARE * environment.thresholdCallsPerSecond();
        int times = (int) Math.ceil(wanted.callsPerSecond() / safe - 1e-9);
        int engines = environment.remedy() == Remedy.SPLIT_ENGINES ? times : 1;
        int longer = environment.remedy() == Remedy.LONGER_INTERVAL ? times : 1;
        int devices = (wanted.devices() + engines - 1) / engines;
        return new Rhythm(devices, CONNECTIONS, wanted.intervalSeconds() * longer);
    }

    /** The calls of whole rounds, until the windows are over. */
    private static long wholeRounds(Environment environment, Rhythm rhythm) {
        double seconds = environment.secondsAfter(environment.timeWaitSeconds());
        long rounds = (long) Math.ceil(seconds / rhythm.intervalSeconds() - 1e-9);
        return rounds * rhythm.devices() * rhythm.connections();
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
                rhythm.devicesAt(environment().thresholdCallsPerSecond())));
        if (rhythm.devices() < wanted.devices()) {
            scene.add(String.format(
                    Locale.ROOT,
                    "this is one of %d engines, each on a machine of its own, that share %,d devices",
                    (wanted.devices() + rhythm.devices() - 1) / rhythm.devices(),
                    wanted.devices()));
        }
        return scene;
    }

    @Override
    public void open(Path runFolder) {
        folder = runFolder;
    }

    private Polls polls() {
        return Polls.of(rhythm, ok(), calls());
    }

    @Override
    List<PredictedFigure> figures() {
        Polls polls = polls();
        List<PredictedFigure> figures = new ArrayList<>();
        if (failed() > 0) {
            figures.add(new PredictedFigure("devices that one engine keeps up with", "devices", keptUpWith()));
            figures.add(new PredictedFigure("longest time in which no device is seen", "s", polls.blackoutSeconds()));
        } else {
            figures.add(new PredictedFigure(
                    "longest time for which a device is not seen", "s", polls.longestUnseenSeconds()));
        }
        figures.add(new PredictedFigure("devices dark at the worst moment", "devices", polls.mostDark()));
        return figures;
    }

    /** By the polls' connections that were made once the load had settled. */
    private double keptUpWith() {
        double timeWait = environment().timeWaitSeconds();
        double seconds = environment().windows() * timeWait;
        return rhythm.devicesAt(okDueIn(timeWait, timeWait + seconds) / seconds);
    }

    @Override
    void close() {
        List<Double> unseen = polls().unseenSeconds();
        List<String> lines = new ArrayList<>(List.of("device,longestNotSeenSeconds"));
        for (int device = 0; device < unseen.size(); device++) {
            lines.add(device + 1 + "," + Wording.exact(unseen.get(device)));
        }
        try {
            if (folder != null) {
                Files.write(folder.resolve(DEVICES_CSV), lines);
            }
        } catch (IOException e) {
            fault(DEVICES_CSV + " can't be written: " + e.getMessage());
        }
    }

    @Override
    List<String> diagnosis() {
        Polls seen = polls();
        if (seen.mostDark() == 0) {
            return List.of(String.format(
                    Locale.ROOT,
                    "every poll of the %,d devices had all its connections: no value is older than %s s",
                    rhythm.devices(),
                    Wording.exact(seen.longestUnseenSeconds())));
        }
        return List.of(String.format(
                Locale.ROOT,
                "monitoring stood still for up to %s s: at the worst moment the last poll of %,d of %,d devices had failed,"
                        + " and on average a device was not seen for %s s, at an interval of %s s; each device is in "
                        + DEVICES_CSV,
                Wording.exact(seen.blackoutSeconds()),
                seen.mostDark(),
                rhythm.devices(),
                Wording.exact(seen.meanUnseenSeconds()),
                Wording.exact(rhythm.intervalSeconds())));
    }
}
