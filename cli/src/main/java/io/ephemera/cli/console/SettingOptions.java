package io.ephemera.cli.console;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;

/** Settings as options: one definition serves both. */
public final class SettingOptions {

    private static final Pattern HUMP = Pattern.compile("[A-Z]");

    private SettingOptions() {}

    /** {@code --time-wait} for {@code ephemera.timeWait}, {@code --report-dir} for {@code ephemera.report.dir}. */
    public static String option(Setting setting) {
        String name = setting.key().substring(setting.key().indexOf('.') + 1).replace('.', '-');
        return "--" + HUMP.matcher(name).replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT));
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
            throw new BadInputException(withOption(String.valueOf(e.getMessage())));
        }
    }

    /** Names the option in place of the setting. */
    private static String withOption(String message) {
        for (Setting setting : Setting.values()) {
            if (message.startsWith(setting.key() + "=")) {
                return option(setting) + message.substring(setting.key().length());
            }
        }
        return message;
    }
}
