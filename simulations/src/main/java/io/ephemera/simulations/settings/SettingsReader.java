package io.ephemera.simulations.settings;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Numbers;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.Share;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Spread;
import io.ephemera.simulations.settings.Settings.ClientSettings;
import io.ephemera.simulations.settings.Settings.LoadSettings;
import io.ephemera.simulations.settings.Settings.PlatformSettings;
import io.ephemera.simulations.settings.Settings.ReportSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@link Settings} from properties and refuses what is wrong, before anything is started. */
public final class SettingsReader {

    private static final int LOWEST_PORT = 1024;
    private static final int MOST_STEPS = 100;
    private static final long MOST_CALLS_OF_STEP = 100_000_000;

    /** Ten times what two cores do without falling behind. */
    private static final int MOST_CALLS_PER_WALL_SECOND = 34_000;

    private static final Function<String, Double> RATE = number(0.001, 1_000_000, "a rate is 0.001 to 1000000 calls/s");
    private static final Function<String, Double> PACE =
            number(0.1, 100_000, "a pace is 0.1 to 100000 modelled seconds per second");
    private static final Function<String, Double> SPEEDUP = number(1, 1000, "a speedup is 1 to 1000");
    private static final Function<String, Integer> CALLS_PER_USER =
            whole(1, 1000, "a user makes 1 to 1000 calls, a whole number");
    private static final Function<String, Integer> CONCURRENCY =
            whole(1, 1000, "calls under way at once are 1 to 1000, a whole number");
    private static final Function<String, Integer> ADDRESSES = whole(2, 16, "addresses are 2 to 16, a whole number");

    /** The sizes of scenarios, each from 1 up to this. */
    private static final Map<Setting, Integer> MOST = Map.of(
            Setting.DEVICES, 5_000, Setting.RECORDS, 1_000_000, Setting.CALLS_PER_RECORD, 10, Setting.WORKERS, 500);

    private static final String RANDOM = "random";
    private static final String SEED = ":";

    private final GivenSettings given;

    private SettingsReader(GivenSettings given) {
        this.given = given;
    }

    /**
     * Reads the settings among the properties.
     *
     * @param properties usually the system's
     * @param workingFolder where relative paths start
     * @throws BadSettingException if a setting is unknown or wrong
     */
    public static Settings read(Properties properties, Path workingFolder) throws BadSettingException {
        return new SettingsReader(new GivenSettings(properties)).read(workingFolder);
    }

    private Settings read(Path workingFolder) throws BadSettingException {
        Map<String, String> all = given.all();
        StackName stack = Objects.requireNonNullElse(given.value(Setting.STACK, StackName::parse), StackName.MODEL);
        refuseForeign(stack);
        RemedySettings remedied = RemedySettings.read(given, stack);
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
        refuseEndless(profile);
        if (stack != StackName.MODEL) {
            refuseFasterThanMachines(stack);
        }
        given.value(Setting.RESUME, SettingsReader::folder);
        SelectionOrder order = given.value(Setting.ORDER, SettingsReader::order);
        if (order instanceof SelectionOrder.Random random) {
            all.put(Setting.ORDER.key(), RANDOM + SEED + random.seed());
        }
        SharedGateway gateway = GatewaySettings.read(given, stack, remedies);
        Spread spread = remedied.spread(given.value(Setting.ADDRESSES, ADDRESSES));
        if (gateway != null
                && !gateway.serviceTime().isZero()
                && !gateway.bindsBefore(profile, spread.destinations())) {
            given.refuse(
                    Set.of(Setting.SERVICE_TIME),
                    "with these limits the hosts run out of ports before their gateway, and the threshold is theirs;"
                            + " leave it out, or give fewer ports of the gateway");
        }
        Share share = given.value(Setting.SHARE, Share::parse);
        Profile binding =
                gateway != null && gateway.bindsBefore(profile, spread.destinations()) ? gateway.profile() : profile;
        return new Settings(
                new PlatformSettings(
                        stack,
                        profile,
                        gateway,
                        Objects.requireNonNullElse(order, SelectionOrder.sequential()),
                        remedied.mostTimeWait(),
                        given.value(Setting.SPEEDUP, SPEEDUP)),
                new ClientSettings(
                        given.value(Setting.PATTERN, Pattern::parse),
                        given.value(Setting.CALLS_PER_USER, CALLS_PER_USER),
                        remedies,
                        gateway == null ? spread : spread.behind(gateway)),
                new LoadSettings(
                        given.value(
                                Setting.RATES,
                                text -> share == null
                                        ? rates(text)
                                        : rates(text).stream().map(share::of).toList()),
                        given.value(
                                Setting.DURATION,
                                text -> stack == StackName.OS ? duration(text) : stepDuration(text, binding)),
                        given.value(
                                Setting.REQUIRE,
                                text -> share == null ? RATE.apply(text) : (Double) share.of(RATE.apply(text))),
                        share,
                        given.value(Setting.PACE, PACE),
                        given.value(Setting.CONCURRENCY, CONCURRENCY),
                        sizes()),
                given.value(Setting.TARGET, SettingsReader::target),
                new ReportSettings(reportDir(workingFolder, share), given.value(Setting.LIVE, SettingsReader::onOff)),
                all);
    }

    private Profile profile(RemedySettings remedied) throws BadSettingException {
        Profile named = given.value(Setting.PROFILE, ProfileCatalogue::find);
        Profile profile =
                remedied.changed(named == null ? ProfileCatalogue.find(Setting.PROFILE.defaultText()) : named);
        PortRange range = given.value(Setting.PORTS, PortRange::parse);
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
        Duration timeWait = given.value(Setting.TIME_WAIT, SettingsReader::duration);
        if (timeWait != null) {
            profile = profile.withTimeWait(timeWait);
        }
        Scope scope = given.value(Setting.SCOPE, Scope::parse);
        return scope == null ? profile : profile.withScope(scope);
    }

    /** What a stack other than the model can't do. */
    private void refuseForeign(StackName stack) throws BadSettingException {
        List<Setting> virtualTime = List.of(Setting.PACE, Setting.CONCURRENCY);
        if (stack != StackName.MODEL) {
            given.refuse(
                    Set.of(Setting.ORDER), "the kernel chooses ports on this stack; leave it out, or give stack model");
        }
        switch (stack) {
            case MODEL ->
                given.refuse(
                        Set.of(Setting.SPEEDUP),
                        "time is virtual on stack model, and a run as fast as the machine can; leave it out, or give"
                                + " ephemera.pace for a slower one");
            case NETNS -> {
                given.refuse(
                        virtualTime, "time is virtual on stack model alone; leave it out, or give ephemera.speedup");
                given.refuse(
                        Set.of(Setting.TARGET),
                        "nothing but the run itself is in the namespace of stack netns; leave it out, or give stack os");
            }
            case OS -> {
                given.refuse(
                        List.of(Setting.PORTS, Setting.TIME_WAIT, Setting.SCOPE, Setting.SPEEDUP),
                        "stack os is this machine as it is, in real time; leave it out, or give another stack");
                given.refuse(virtualTime, "time is virtual on stack model alone; leave it out");
            }
        }
    }

    /** As fast as it is made, a run of so many calls would be none that anybody waits for. */
    private void refuseEndless(Profile profile) throws BadSettingException {
        Duration step = given.value(Setting.DURATION, SettingsReader::duration);
        double seconds = step == null ? profile.timeWaitSeconds() : step.toNanos() / 1e9;
        refuseEndless(Setting.RATES, given.value(Setting.RATES, text -> last(rates(text))), seconds);
        refuseEndless(Setting.REQUIRE, given.value(Setting.REQUIRE, RATE), seconds);
        refuseEndless(
                Setting.DURATION, step == null ? null : profile.range().size() / profile.timeWaitSeconds(), seconds);
    }

    private void refuseEndless(Setting setting, @Nullable Double callsPerSecond, double seconds)
            throws BadSettingException {
        if (callsPerSecond != null && callsPerSecond * seconds > MOST_CALLS_OF_STEP) {
            given.refuse(
                    Set.of(setting),
                    "a step is " + MOST_CALLS_OF_STEP + " calls at most; give a lower rate or a shorter duration");
        }
    }

    /** By the wall clock. */
    private void refuseFasterThanMachines(StackName stack) throws BadSettingException {
        double speedup = Objects.requireNonNullElse(given.value(Setting.SPEEDUP, SPEEDUP), 1.0);
        String most = noMachineOffersMore(stack);
        Double fastest = given.value(Setting.RATES, text -> last(rates(text)));
        if (fastest != null && fastest * speedup > MOST_CALLS_PER_WALL_SECOND) {
            given.refuse(Set.of(Setting.RATES), most + "give lower rates, or stack model");
        }
        Double required = given.value(Setting.REQUIRE, RATE);
        if (required != null && required * speedup > MOST_CALLS_PER_WALL_SECOND) {
            given.refuse(Set.of(Setting.REQUIRE), most + "give a lower rate, or stack model");
        }
    }

    private static String noMachineOffersMore(StackName stack) {
        return "no machine offers more than " + MOST_CALLS_PER_WALL_SECOND + " calls/s on stack " + stack
                + ", by the wall clock; ";
    }

    /**
     * Why limits are refused that are saturated in a run.
     *
     * @param callsPerSecond modelled, of the saturated step; 0 if there is none
     * @return {@code null} if they are not
     */
    public static @Nullable String tooFastToSaturate(Settings settings, double callsPerSecond) {
        double speedup = Objects.requireNonNullElse(settings.platform().speedup(), 1.0);
        return callsPerSecond * speedup > MOST_CALLS_PER_WALL_SECOND
                ? noMachineOffersMore(settings.platform().stack())
                        + "with these limits ports run out far above; give a longer TIME_WAIT, a lower speedup, or stack model"
                : null;
    }

    /** A seed that nobody gave is drawn, so that the run can be made once more. */
    private static SelectionOrder order(String text) {
        if (text.equals("sequential")) {
            return SelectionOrder.sequential();
        }
        if (text.equals(RANDOM)) {
            return SelectionOrder.random(new Random().nextInt(1_000_000));
        }
        String seed = text.startsWith(RANDOM + SEED) ? text.substring((RANDOM + SEED).length()) : "";
        return SelectionOrder.random(Numbers.whole(
                seed,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                "an order is sequential, or random with a whole number, like random:7"));
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

    private static Function<String, Double> number(double least, double most, String right) {
        return text -> {
            double number = number(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException(right);
            }
            return number;
        };
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

    private static Function<String, Integer> whole(int least, int most, String right) {
        return text -> (int) Numbers.whole(text, least, most, right);
    }

    private Map<Setting, Long> sizes() throws BadSettingException {
        Map<Setting, Long> sizes = new EnumMap<>(Setting.class);
        for (Map.Entry<Setting, Integer> most : MOST.entrySet()) {
            Integer size = given.value(
                    most.getKey(), whole(1, most.getValue(), "a whole number from 1 to " + most.getValue()));
            if (size != null) {
                sizes.put(most.getKey(), size.longValue());
            }
        }
        return sizes;
    }

    private static List<Double> rates(String text) {
        List<Double> rates = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            double rate = RATE.apply(part.strip());
            if (!rates.isEmpty() && rate <= last(rates)) {
                throw new IllegalArgumentException("rates rise from step to step, like 10,12,14");
            }
            rates.add(rate);
        }
        if (rates.size() > MOST_STEPS) {
            throw new IllegalArgumentException("at most " + MOST_STEPS + " rates");
        }
        return rates;
    }

    private static double last(List<Double> rates) {
        return rates.get(rates.size() - 1);
    }

    private static URI target(String text) {
        try {
            URI uri = new URI(text);
            boolean port = uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65_535);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null && port) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException(
                "an http URL with a host, and a port from 1 to 65535, like http://127.0.0.1:8080/");
    }

    /** Nodes that share a folder can't tell whether a run of another one still goes on: each keeps to a folder of its own in it. */
    private Path reportDir(Path workingFolder, @Nullable Share share) throws BadSettingException {
        Path named = given.value(Setting.REPORT_DIR, SettingsReader::folder);
        return workingFolder
                .resolve(named == null ? defaultReportDir(workingFolder) : named)
                .resolve(share == null ? "" : "node-" + share.index())
                .toAbsolutePath()
                .normalize();
    }

    private static Path folder(String text) {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("the path of a folder");
    }

    /** Gatling runs in the folder of the module; the build's runs all go to one place. */
    private static Path defaultReportDir(Path workingFolder) {
        for (String root : List.of("", "..")) {
            Path folder = workingFolder.resolve(root);
            if (Files.isRegularFile(folder.resolve("pom.xml")) && Files.isDirectory(folder.resolve("reports/src"))) {
                return Path.of(root, "reports/target/runs");
            }
        }
        return Path.of("ephemera-runs");
    }
}
