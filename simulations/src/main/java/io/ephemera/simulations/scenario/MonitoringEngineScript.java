package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;
import static io.ephemera.reports.Format.fourDigits;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.scenario.Polls.Rhythm;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private final double threshold;
    private @Nullable Path folder;

    MonitoringEngineScript(Environment environment) throws BadSettingException {
        super(environment);
        environment.requireGlobalPool("MonitoringEngine", "each device");
        threshold = environment.thresholdCallsPerSecond();
        double keepsUpWith = environment.ports() / INTERVALS_PER_TIME_WAIT / CONNECTIONS;
        Long devices = environment.settings().load().sizes().get(Setting.DEVICES);
        wanted = new Rhythm(
                devices == null ? roundUp(OVERLOAD * keepsUpWith) : devices.intValue(),
                CONNECTIONS,
                environment.timeWaitSeconds() / INTERVALS_PER_TIME_WAIT);
        rhythm = remedied();
    }

    private static int roundUp(double value) {
        double grain = Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 1));
        return (int) Math.max(1, Math.ceil(value / grain - 1e-9) * grain);
    }

    private Rhythm remedied() {
        int times = (int) Math.ceil(wanted.callsPerSecond() / (SAFE_SHARE * threshold) - 1e-9);
        int engines = environment.remedy() == Remedy.SPLIT_ENGINES ? times : 1;
        int longer = environment.remedy() == Remedy.LONGER_INTERVAL ? times : 1;
        int devices = (wanted.devices() + engines - 1) / engines;
        return new Rhythm(devices, CONNECTIONS, wanted.intervalSeconds() * longer);
    }

    /** Whole rounds, until the windows are over. */
    @Override
    List<PlannedStep> load() {
        double timeWait = environment.timeWaitSeconds();
        double seconds = environment.secondsAfter(timeWait);
        long rounds = (long) Math.ceil(seconds / rhythm.intervalSeconds() - 1e-9);
        long calls = rounds * rhythm.devices() * rhythm.connections();
        return List.of(environment.saturated(rhythm.callsPerSecond(), timeWait, rhythm.dueSeconds(calls), calls));
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
        scene.add(count(rhythm.devices()) + " devices, each polled every " + fourDigits(rhythm.intervalSeconds())
                + " s over "
                + rhythm.connections() + " connections: " + fourDigits(rhythm.callsPerSecond())
                + " calls/s; the ports suffice for " + fourDigits(rhythm.devicesAt(threshold)) + " devices");
        if (rhythm.devices() < wanted.devices()) {
            int engines = (wanted.devices() + rhythm.devices() - 1) / rhythm.devices();
            scene.add("this is one of " + engines + " engines, each on a machine of its own, that share "
                    + count(wanted.devices()) + " devices");
        }
        return scene;
    }

    @Override
    public void open(Path runFolder) {
        folder = runFolder;
    }

    private Polls polls() {
        return Polls.of(rhythm, ok, calls());
    }

    @Override
    void addFigures() {
        Polls polls = polls();
        if (failed > 0) {
            double devices = rhythm.devicesAt(sustainedCallsPerSecond());
            figure("devices that one engine keeps up with", "devices", devices);
            figure("longest time in which no device is seen", "s", polls.blackoutSeconds());
        } else {
            figure("longest time for which a device is not seen", "s", polls.longestUnseenSeconds());
        }
        figure("devices dark at the worst moment", "devices", polls.mostDark());
    }

    @Override
    void close() {
        List<Double> unseen = polls().unseenSeconds();
        List<String> lines = new ArrayList<>(List.of("device,longestNotSeenSeconds"));
        for (int device = 0; device < unseen.size(); device++) {
            lines.add(device + 1 + "," + fourDigits(unseen.get(device)));
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
            return List.of("every poll of the " + count(rhythm.devices())
                    + " devices had all its connections: no value is older than "
                    + fourDigits(seen.longestUnseenSeconds())
                    + " s");
        }
        return List.of(
                count(seen.mostDark()) + " of " + count(rhythm.devices())
                        + " devices were dark at once: no poll came home for " + fourDigits(seen.blackoutSeconds())
                        + " s, though every device is well",
                "on average a device was not seen for " + fourDigits(seen.meanUnseenSeconds())
                        + " s, at an interval of " + fourDigits(rhythm.intervalSeconds()) + " s; each device is in "
                        + DEVICES_CSV);
    }
}
