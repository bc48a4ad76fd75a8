package io.ephemera.cli.console;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.MatrixFile;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Settings as options: one definition serves both. */
public final class SettingOptions {

    private static final Pattern HUMP = Pattern.compile("[A-Z]");

    /** The settings by what they are for, as the help has them. */
    private static final Map<String, Set<Setting>> PURPOSES = new LinkedHashMap<>();

    static {
        PURPOSES.put("Whose limits, and who enforces them", EnumSet.range(Setting.PROFILE, Setting.STACK));
        PURPOSES.put("How the client uses connections", EnumSet.range(Setting.PATTERN, Setting.ADDRESSES));
        PURPOSES.put(
                "What is offered, and what must hold",
                EnumSet.of(
                        Setting.RATES,
                        Setting.DURATION,
                        Setting.REQUIRE,
                        Setting.SHARE,
                        Setting.TARGET,
                        Setting.MATRIX));
        PURPOSES.put("How much of a scenario", EnumSet.range(Setting.DEVICES, Setting.RESUME));
        PURPOSES.put("How fast", EnumSet.range(Setting.PACE, Setting.SPEEDUP));
        PURPOSES.put("What is left and shown", EnumSet.of(Setting.REPORT_DIR, Setting.LIVE));
    }

    private SettingOptions() {}

    /** {@code --time-wait} for {@code ephemera.timeWait}, {@code --report-dir} for {@code ephemera.report.dir}. */
    public static String option(Setting setting) {
        String name = setting.key().substring(setting.key().indexOf('.') + 1).replace('.', '-');
        return "--" + HUMP.matcher(name).replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT));
    }

    /**
     * Gives a command the options of settings.
     *
     * @param shown those that its help has; the others are understood, so that what reads the settings can say why it refuses them
     */
    public static void add(CommandSpec spec, Set<Setting> settings, Set<Setting> shown) {
        PURPOSES.forEach((purpose, ofPurpose) -> {
            ArgGroupSpec.Builder group = ArgGroupSpec.builder().validate(false).heading(purpose);
            for (Setting setting : ofPurpose) {
                if (settings.contains(setting)) {
                    group.addArg(OptionSpec.builder(option(setting))
                            .paramLabel(label(setting))
                            .type(String.class)
                            .hidden(!shown.contains(setting))
                            // Descriptions are formats to picocli.
                            .description((setting.meaning() + "; default: " + setting.defaultText()).replace("%", "%%"))
                            .build());
                }
            }
            if (!group.args().isEmpty()) {
                spec.addArgGroup(group.build());
            }
        });
    }

    /** What a value is, in a word. */
    private static String label(Setting setting) {
        return switch (setting) {
            case PROFILE -> "NAME|FILE";
            case PORTS -> "FIRST-LAST";
            case TIME_WAIT, DURATION, GATEWAY_HOLD, SERVICE_TIME, CONNECT_TIMEOUT -> "TIME";
            case SCOPE, ORDER, STACK, PATTERN -> setting.name();
            case REMEDY -> "REMEDY,...";
            case GATEWAY -> "NAME";
            case GATEWAY_ALLOCATION, GATEWAY_MAPPING -> "HOW";
            case RATES -> "RATE,...";
            case REQUIRE -> "RATE";
            case SHARE -> "NODE/NODES";
            case TARGET -> "URL";
            case MATRIX -> "FILE";
            case RESUME, REPORT_DIR -> "FOLDER";
            case LIVE -> "on|off";
            case GATEWAY_CLIENTS,
                    GATEWAY_PORTS,
                    CALLS_PER_USER,
                    ADDRESSES,
                    DEVICES,
                    RECORDS,
                    CALLS_PER_RECORD,
                    WORKERS,
                    PACE,
                    CONCURRENCY,
                    SPEEDUP -> "N";
        };
    }

    /** The properties of the system, with what a command was given by options in place of theirs. */
    public static Properties given(CommandSpec spec) {
        Properties all = new Properties();
        all.putAll(System.getProperties());
        for (Setting setting : Setting.values()) {
            OptionSpec option = spec.findOption(option(setting));
            String value = option == null ? null : option.getValue();
            if (value != null) {
                all.setProperty(setting.key(), value);
            }
        }
        return all;
    }

    /**
     * Reads settings.
     *
     * @throws BadInputException if one is wrong; the message names the option
     */
    public static Settings read(Properties properties) {
        try {
            return SettingsReader.read(properties, Path.of(""));
        } catch (BadSettingException e) {
            throw bad(e, Map.of());
        }
    }

    /**
     * Reads the settings of a matrix, and its rows.
     *
     * @param file what the command calls the file of the rows
     * @throws BadInputException if one is wrong; the message names the option, or the line
     */
    public static Settings readMatrix(Properties properties, String file) {
        try {
            MatrixFile.refuseForeign(properties);
            Settings settings = SettingsReader.read(properties, Path.of(""));
            MatrixFile.rows(properties, Path.of(""));
            return settings;
        } catch (BadSettingException e) {
            throw bad(e, Map.of(Setting.MATRIX, file));
        }
    }

    /** Names the option in place of the setting. */
    private static BadInputException bad(BadSettingException refused, Map<Setting, String> names) {
        String message = String.valueOf(refused.getMessage());
        for (Setting setting : Setting.values()) {
            if (message.startsWith(setting.key() + "=")) {
                String name = names.getOrDefault(setting, option(setting));
                return new BadInputException(
                        name + message.substring(setting.key().length()));
            }
        }
        return new BadInputException(message);
    }
}
