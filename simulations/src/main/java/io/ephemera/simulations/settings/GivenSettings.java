package io.ephemera.simulations.settings;

import io.ephemera.ports.Spelling;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings among some properties, as they were given. */
record GivenSettings(Properties properties) {

    /** The text of a setting; {@code null} if it was not given. */
    @Nullable
    String text(Setting setting) {
        return properties.getProperty(setting.key());
    }

    boolean has(Setting setting) {
        return text(setting) != null;
    }

    /**
     * The value of a setting; {@code null} if it was not given.
     *
     * @param parser throws {@link IllegalArgumentException} with what would be right
     */
    <T> @Nullable T value(Setting setting, Function<String, T> parser) throws BadSettingException {
        String text = text(setting);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(setting, text, String.valueOf(e.getMessage()));
        }
    }

    /** Refuses the first of these settings that was given. */
    void refuse(Collection<Setting> settings, String why) throws BadSettingException {
        for (Setting setting : settings) {
            String text = text(setting);
            if (text != null) {
                throw new BadSettingException(setting, text, why);
            }
        }
    }

    /**
     * All settings that were given, by name.
     *
     * @throws BadSettingException if one begins like a setting and is none
     */
    Map<String, String> all() throws BadSettingException {
        Map<String, String> given = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(Setting.PREFIX)) {
                if (Setting.named(name).isEmpty()) {
                    throw new BadSettingException(name + ": there is no such setting; the nearest is "
                            + Spelling.nearest(name, Setting.keys()).get(0));
                }
                given.put(name, properties.getProperty(name));
            }
        }
        return given;
    }
}
