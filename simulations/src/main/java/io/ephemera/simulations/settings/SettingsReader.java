package io.ephemera.simulations.settings;

import io.ephemera.ports.Durations;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Spread;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@link Settings} from properties and refuses what is wrong, before anything is started. */
public final class SettingsReader {

    private static final int LOWEST_PORT = 1024;
    private static final double LOWEST_RATE = 0.001;
    private static final double HIGHEST_RATE = 1_000_000;
    private static final int MOST_STEPS = 100;
    private static final double LOWEST_PACE = 0.1;
    private static final double HIGHEST_PACE = 100_000;
    private static final int MOST_CONCURRENCY = 1000;
    private static final double HIGHEST_SPEEDUP = 1000;
    private static final int MOST_CALLS_PER_USER = 1000;
    private static final int MOST_ADDRESSES = 16;
    private static final long MOST_CALLS_OF_STEP = 100_000_000;

    /** The sizes of scenarios, each from 1 up to this. */
    private static final Map<Setting, Long> MOST = Map.of(
            Setting.DEVICES, 5_000L, Setting.RECORDS, 1_000_000L, Setting.CALLS_PER_RECORD, 10L, Setting.WORKERS, 500L);

    private final Properties properties;

    private SettingsReader(Properties properties) {
        this.properties = properties;
    }

    /**
     * Reads the settings among the properties.
     *
     * @param properties usually the system's
     * @param workingFolder where relative paths start
     * @throws BadSettingException if a setting is unknown or wrong
     */
    public static Settings read(Properties properties, Path workingFolder) throws BadSettingException {
        return new SettingsReader(properties).read(workingFolder);
    }

    private Settings read(Path workingFolder) throws BadSettingException {
        Map<String, String> given = given();
        StackName stack = Objects.requireNonNullElse(value(Setting.STACK, StackName::parse), StackName.MODEL);
        refuseForeign(stack);
        RemedySettings remedied = RemedySettings.read(properties, stack);
        List<Remedy> remedies = remedied.remedies();
        Profile profile = profile(remedied);
        if (stack == StackName.NETNS
                && profile.scope() == Scope.GLOBAL
                && remedies.contains(Remedy.SEVERAL_DESTINATIONS)) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    Remedy.SEVERAL_DESTINATIONS.toString(),
                    "Linux takes a port for one destination only, so stack netns can't show what it does under scope"
                            + " global; give ephemera.scope=destination, or stack model");
        }
        if (stack == StackName.MODEL) {
            refuseEndless(profile);
        }
        return new Settings(
                stack,
                profile,
                value(Setting.PATTERN, Pattern::parse),
                value(Setting.CALLS_PER_USER, SettingsReader::callsPerUser),
                remedies,
                remedied.mostTimeWait(),
                spread(remedied),
                sizes(),
                value(Setting.RATES, SettingsReader::rates),
                value(Setting.DURATION, text -> stack == StackName.OS ? duration(text) : stepDuration(text, profile)),
                value(Setting.PACE, SettingsReader::pace),
                value(Setting.CONCURRENCY, SettingsReader::concurrency),
                value(Setting.SPEEDUP, SettingsReader::speedup),
                value(Setting.REQUIRE, SettingsReader::rate),
                value(Setting.TARGET, SettingsReader::target),
                reportDir(workingFolder),
                value(Setting.LIVE, SettingsReader::onOff),
                given);
    }

    private Map<String, String> given() throws BadSettingException {
        Map<String, String> given = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(Setting.PREFIX)) {
                if (Setting.named(name).isEmpty()) {
                    throw new BadSettingException(name + ": there is no such setting; the nearest is "
                            + Setting.nearest(name).key());
                }
                given.put(name, properties.getProperty(name));
            }
        }
        return given;
    }

    private <T> @Nullable T value(Setting setting, Function<String, T> parser) throws BadSettingException {
        String text = properties.getProperty(setting.key());
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(setting, text, String.valueOf(e.getMessage()));
        }
    }

    private Spread spread(RemedySettings remedied) throws BadSettingException {
        Integer addresses = value(Setting.ADDRESSES, SettingsReader::addresses);
        return remedied.spread(addresses);
    }

    private static int addresses(String text) {
        return whole(text, 2, MOST_ADDRESSES, "addresses are 2 to 16, a whole number");
    }

    private static int whole(String text, int least, int most, String right) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException(right);
    }

    private Profile profile(RemedySettings remedied) throws BadSettingException {
        String name = properties.getProperty(Setting.PROFILE.key(), Setting.PROFILE.defaultText());
        Profile profile;
        try {
            profile = ProfileCatalogue.find(name.strip());
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(Setting.PROFILE, name, String.valueOf(e.getMessage()));
        }
        profile = remedied.changed(profile);
        PortRange range = value(Setting.PORTS, PortRange::parse);
        if (range != null) {
            profile = profile.withRange(range);
        }
        if (profile.range().firstPort() < LOWEST_PORT) {
            throw new BadSettingException(
                    Setting.PORTS,
                    profile.range().toString(),
                    "ports below 1024 need privileges; give a range from 1024 up");
        }
        remedied.checkRange(profile.range());
        Duration timeWait = value(Setting.TIME_WAIT, SettingsReader::duration);
        if (timeWait != null) {
            profile = profile.withTimeWait(timeWait);
        }
        Scope scope = value(Setting.SCOPE, Scope::parse);
        return scope == null ? profile : profile.withScope(scope);
    }

    /** What a stack other than the model can't do. */
    private void refuseForeign(StackName stack) throws BadSettingException {
        Set<Setting> foreign = switch (stack) {
            case MODEL -> Set.of(Setting.SPEEDUP);
            case NETNS -> Set.of(Setting.TARGET, Setting.PACE, Setting.CONCURRENCY);
            case OS ->
                Set.of(
                        Setting.PORTS,
                        Setting.TIME_WAIT,
                        Setting.SCOPE,
                        Setting.SPEEDUP,
                        Setting.PACE,
                        Setting.CONCURRENCY);
        };
        for (Setting setting : Setting.values()) {
            String text = properties.getProperty(setting.key());
            if (text != null && foreign.contains(setting)) {
                throw new BadSettingException(setting, text, whyForeign(stack, setting));
            }
        }
    }

    private static String whyForeign(StackName stack, Setting setting) {
        if (stack == StackName.MODEL) {
            return "time is virtual on stack model, and a run as fast as the machine can; leave it out, or give ephemera.pace for a"
                    + " slower one";
        }
        if (setting == Setting.PACE || setting == Setting.CONCURRENCY) {
            return "time is virtual on stack model alone; leave it out"
                    + (stack == StackName.NETNS ? ", or give ephemera.speedup" : "");
        }
        return stack == StackName.NETNS
                ? "nothing but the run itself is in the namespace of stack netns; leave it out, or give stack os"
                : "stack os is this machine as it is, in real time; leave it out, or give another stack";
    }

    /** As fast as it is made, a run of so many calls would be none that anybody waits for. */
    private void refuseEndless(Profile profile) throws BadSettingException {
        Duration given = value(Setting.DURATION, SettingsReader::duration);
        double seconds = given == null ? profile.timeWaitSeconds() : given.toNanos() / 1e9;
        for (Setting setting : List.of(Setting.RATES, Setting.REQUIRE, Setting.DURATION)) {
            double rate = Objects.requireNonNullElse(
                    switch (setting) {
                        case RATES -> value(setting, text -> Collections.max(rates(text)));
                        case REQUIRE -> value(setting, SettingsReader::rate);
                        default -> given == null ? null : profile.range().size() / profile.timeWaitSeconds();
                    },
                    0.0);
            if (rate * seconds > MOST_CALLS_OF_STEP) {
                throw new BadSettingException(
                        setting,
                        properties.getProperty(setting.key()),
                        "a step is " + MOST_CALLS_OF_STEP + " calls at most; give a lower rate or a shorter duration");
            }
        }
    }

    private static boolean onOff(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("on or off");
        };
    }

    private static Duration duration(String text) {
        Duration duration = Durations.parse(text);
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException("at least 1ms, like 240s");
        }
        return duration;
    }

    private static Duration stepDuration(String text, Profile profile) {
        Duration duration = duration(text);
        if (duration.compareTo(profile.timeWait()) < 0) {
            throw new IllegalArgumentException("a step lasts at least one TIME_WAIT, "
                    + Durations.format(profile.timeWait()) + ", or its rate does not settle");
        }
        return duration;
    }

    private static double number(String text) {
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("a number, like 16.5, not " + text);
    }

    private static double rate(String text) {
        double rate = number(text);
        if (rate < LOWEST_RATE || rate > HIGHEST_RATE) {
            throw new IllegalArgumentException("a rate is 0.001 to 1000000 calls/s");
        }
        return rate;
    }

    private static double speedup(String text) {
        double speedup = number(text);
        if (speedup < 1 || speedup > HIGHEST_SPEEDUP) {
            throw new IllegalArgumentException("a speedup is 1 to 1000");
        }
        return speedup;
    }

    private static double pace(String text) {
        double pace = number(text);
        if (pace < LOWEST_PACE || pace > HIGHEST_PACE) {
            throw new IllegalArgumentException("a pace is 0.1 to 100000 modelled seconds per second");
        }
        return pace;
    }

    private static int concurrency(String text) {
        return whole(text, 1, MOST_CONCURRENCY, "calls under way at once are 1 to 1000, a whole number");
    }

    private Map<Setting, Long> sizes() throws BadSettingException {
        Map<Setting, Long> sizes = new EnumMap<>(Setting.class);
        for (Map.Entry<Setting, Long> most : MOST.entrySet()) {
            Long size = value(most.getKey(), text -> size(text, most.getValue()));
            if (size != null) {
                sizes.put(most.getKey(), size);
            }
        }
        return sizes;
    }

    private static long size(String text, long most) {
        try {
            long size = Long.parseLong(text);
            if (size >= 1 && size <= most) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("a whole number from 1 to " + most);
    }

    private static int callsPerUser(String text) {
        return whole(text, 1, MOST_CALLS_PER_USER, "a user makes 1 to 1000 calls, a whole number");
    }

    private static List<Double> rates(String text) {
        List<Double> rates = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            double rate = rate(part.strip());
            if (!rates.isEmpty() && rate <= rates.get(rates.size() - 1)) {
                throw new IllegalArgumentException("rates rise from step to step, like 10,12,14");
            }
            rates.add(rate);
        }
        if (rates.size() > MOST_STEPS) {
            throw new IllegalArgumentException("at most " + MOST_STEPS + " rates");
        }
        return rates;
    }

    private static URI target(String text) {
        try {
            URI uri = new URI(text);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("an http URL with a host, like http://127.0.0.1:8080/");
    }

    private Path reportDir(Path workingFolder) throws BadSettingException {
        String text = properties.getProperty(Setting.REPORT_DIR.key());
        if (text != null) {
            if (text.isBlank()) {
                throw new BadSettingException(Setting.REPORT_DIR, text, "the path of a folder");
            }
            try {
                return workingFolder.resolve(text.strip()).toAbsolutePath().normalize();
            } catch (InvalidPathException e) {
                throw new BadSettingException(Setting.REPORT_DIR, text, "the path of a folder");
            }
        }
        return defaultReportDir(workingFolder).toAbsolutePath().normalize();
    }

    /** Gatling runs in the folder of the module; the build's runs all go to one place. */
    private static Path defaultReportDir(Path workingFolder) {
        for (Path root : new Path[] {workingFolder, workingFolder.resolve("..")}) {
            if (Files.isRegularFile(root.resolve("pom.xml")) && Files.isDirectory(root.resolve("reports/src"))) {
                return root.resolve("reports/target/runs");
            }
        }
        return workingFolder.resolve("ephemera-runs");
    }
}
