package io.ephemera.cli.console;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A platform, and what stands in place of its figures: the same options for every command that wants them. */
public final class PlatformOptions {

    private static final String DEFAULT_PROFILE = "windows-2003";

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description =
                    "platform, a name that \"ephemera profiles\" lists or a properties file; default windows-2003")
    private @Nullable String profile;

    @Option(
            names = "--ports",
            paramLabel = "FIRST-LAST",
            description = "range of ephemeral ports, like 1024-5000; default: the profile's")
    private @Nullable String ports;

    @Option(
            names = "--time-wait",
            paramLabel = "TIME",
            description = "how long an active close keeps a port, like 240s; default: the profile's")
    private @Nullable String timeWait;

    /** The platform, as it was given. */
    public String profile() {
        return profile == null ? DEFAULT_PROFILE : profile;
    }

    /** The range of ports; {@code null} if it is the platform's. */
    public @Nullable PortRange ports() {
        return Values.parse("--ports", ports, PortRange::parse);
    }

    /** TIME_WAIT; {@code null} if it is the platform's. */
    public @Nullable Duration timeWait() {
        return Values.parse("--time-wait", timeWait, Values::duration);
    }

    /** What was given, as settings. */
    public Properties settings() {
        Properties settings = new Properties();
        given().forEach((setting, value) -> settings.setProperty(setting.key(), value));
        return settings;
    }

    /** What was given, as options of a command that has these. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        given().forEach((setting, value) -> arguments.addAll(List.of(SettingOptions.option(setting), value)));
        return arguments;
    }

    private Map<Setting, String> given() {
        Map<Setting, @Nullable String> all = new EnumMap<>(Setting.class);
        all.put(Setting.PROFILE, profile);
        all.put(Setting.PORTS, ports);
        all.put(Setting.TIME_WAIT, timeWait);
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        all.forEach((setting, value) -> {
            if (value != null) {
                given.put(setting, value);
            }
        });
        return given;
    }
}
