package io.ephemera.simulations.scenario;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Properties;

/** What a scenario is played under, from settings. */
final class Under {

    private Under() {}

    /** @param settings {@code ephemera.name=value}, without the prefix */
    static Environment settings(String... settings) throws BadSettingException {
        Properties properties = new Properties();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            properties.setProperty("ephemera." + setting.substring(0, equals), setting.substring(equals + 1));
        }
        Settings read = SettingsReader.read(properties, Path.of(""));
        return new Environment(read, read.profile(), 48);
    }
}
