package io.ephemera.simulations.run;

import io.ephemera.ports.Profile;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.PortLimits;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WallStaircase;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import io.ephemera.simulations.settings.StackName;
import io.gatling.core.config.GatlingConfiguration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which settings go with a simulation, and with each other; each is right by itself. */
final class SettingsCheck {

    /** A scenario brings its own load. */
    private static final List<Setting> OF_A_STAIRCASE = List.of(
            Setting.PATTERN,
            Setting.CALLS_PER_USER,
            Setting.RATES,
            Setting.DURATION,
            Setting.REQUIRE,
            Setting.TARGET,
            Setting.SHARE);

    private static final List<Setting> OF_SCENARIOS =
            List.of(Setting.RESUME, Setting.DEVICES, Setting.RECORDS, Setting.CALLS_PER_RECORD, Setting.WORKERS);

    private SettingsCheck() {}

    private static void refuse(List<Setting> settings, Settings given, String why) throws BadSettingException {
        for (Setting setting : settings) {
            String value = given.given().get(setting.key());
            if (value != null) {
                throw new BadSettingException(setting, value, why);
            }
        }
    }

    /** What a simulation that is one run can't have, whatever its load. */
    static void singleRun(String simulation, Set<Remedy> known, Settings settings) throws BadSettingException {
        remedies(simulation, known, settings);
        if (settings.platform().stack() == StackName.MODEL) {
            nativeTransport();
        }
        String why = simulation + " is a single run; leave it out, or run TuningMatrix";
        refuse(List.of(Setting.MATRIX), settings, why);
    }

    static void remedies(String simulation, Set<Remedy> known, Settings settings) throws BadSettingException {
        for (Remedy remedy : settings.client().remedies()) {
            if (!known.contains(remedy)) {
                throw new BadSettingException(
                        Setting.REMEDY,
                        remedy.toString(),
                        simulation + " does not know it; "
                                + (known.isEmpty() ? "it knows none" : "it knows " + Remedy.names(known)));
            }
        }
    }

    static void nativeTransport() throws BadSettingException {
        if (GatlingConfiguration.load().netty().useNativeTransport()) {
            throw new BadSettingException("gatling.netty.useNativeTransport=true: the port hook can't see native"
                    + " transports, so nothing would be measured; leave it false");
        }
    }

    static void scenario(Scenario scenario, Settings settings) throws BadSettingException {
        refuse(
                OF_A_STAIRCASE,
                settings,
                scenario.simulation() + " is a scenario and brings its own load; leave it out");
        refuse(List.of(Setting.ORDER), settings, "a scenario gives its ports out in turn; leave it out");
        refuse(List.of(Setting.GATEWAY), settings, scenario.simulation() + " passes no gateway; leave it out");
        if (settings.platform().stack() != StackName.MODEL) {
            throw new BadSettingException(
                    Setting.STACK,
                    settings.platform().stack().toString(),
                    "scenarios are played on stack model; leave it out");
        }
        if (settings.client().remedies().size() > 1) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    String.valueOf(settings.given().get(Setting.REMEDY.key())),
                    "a scenario is played with one remedy at a time; give one");
        }
        sizes(scenario.simulation(), scenario.settings(), settings);
    }

    /** @param taken those of {@link #OF_SCENARIOS} that it takes */
    static void sizes(String simulation, Set<Setting> taken, Settings settings) throws BadSettingException {
        List<Setting> others = OF_SCENARIOS.stream()
                .filter(setting -> !taken.contains(setting))
                .toList();
        refuse(others, settings, simulation + " has none; leave it out");
    }

    static Usage usage(Settings settings, Pattern simulationPattern) throws BadSettingException {
        Pattern pattern = settings.client().pattern() == null
                ? simulationPattern
                : settings.client().pattern();
        for (Remedy remedy : settings.client().remedies()) {
            try {
                pattern = remedy.applyTo(pattern);
            } catch (IllegalArgumentException e) {
                throw new BadSettingException(Setting.REMEDY, remedy.toString(), String.valueOf(e.getMessage()));
            }
        }
        Usage usage = usage(pattern, settings.client().callsPerUser());
        if (settings.client().remedies().contains(Remedy.BIND_BUGGY) && usage.portsPerCall() != 1) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    Remedy.BIND_BUGGY.toString(),
                    "its counter is to be asked once a call, and pattern " + pattern
                            + " does not use up one port a call; give keep-alive-off");
        }
        if (settings.platform().gateway() != null && usage.portsPerCall() == 0 && !pattern.isShared()) {
            throw new BadSettingException(
                    settings.client().remedies().isEmpty() ? Setting.PATTERN : Setting.REMEDY,
                    pattern.toString(),
                    "a gateway keeps a port after a close, whoever closes and however; give a pattern that keeps"
                            + " connections, like keep-alive-per-user");
        }
        if (pattern != Pattern.KEEP_ALIVE_OFF) {
            refuse(
                    List.of(Setting.SERVICE_TIME),
                    settings,
                    "it goes with a connection for each call, pattern keep-alive-off; leave one of them out");
        }
        saturated(settings, usage);
        return usage;
    }

    /** In the namespace ports are used up in any case, whatever rates are given; on the machine's own stack as far as it can be. */
    private static void saturated(Settings settings, Usage usage) throws BadSettingException {
        Settings.PlatformSettings platform = settings.platform();
        SharedGateway gateway = platform.gateway();
        if (platform.stack() != StackName.NETNS
                || (gateway != null && !gateway.serviceTime().isZero())) {
            return;
        }
        Profile profile = platform.profile();
        int pools = settings.client()
                .spread()
                .pools(gateway == null ? profile.scope() : gateway.scopeOfHosts(profile.scope()));
        int most = Objects.requireNonNullElse(platform.mostTimeWait(), Integer.MAX_VALUE);
        PortLimits limits = new PortLimits(profile.range().size() * pools, profile.timeWaitSeconds(), pools, most);
        String why = SettingsReader.tooFastToSaturate(settings, WallStaircase.saturatedCallsPerSecond(usage, limits));
        if (why != null) {
            refuse(List.of(Setting.TIME_WAIT, Setting.PORTS, Setting.SPEEDUP), settings, why);
        }
    }

    private static Usage usage(Pattern pattern, @Nullable Integer callsPerUser) throws BadSettingException {
        if (callsPerUser == null) {
            return Usage.of(pattern);
        }
        if (!pattern.isKeptForUser()) {
            throw new BadSettingException(
                    Setting.CALLS_PER_USER,
                    callsPerUser.toString(),
                    "a user makes one call with pattern " + pattern
                            + "; leave it out, or give a pattern that ends in -per-user");
        }
        return new Usage(pattern, callsPerUser);
    }
}
