package io.ephemera.gatling;

import io.ephemera.agent.standalone.AgentOptions;
import io.ephemera.agent.standalone.BadOptionException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What the plugin is told, as written.
 *
 * @param values those that are given
 */
record PluginSettings(Map<PluginSetting, String> values) {

    static final PluginSettings NONE = new PluginSettings(Map.of());

    static final String VIRTUAL = "virtual";
    private static final String WALL = "wall";

    /** Copies the values. */
    PluginSettings {
        values = Map.copyOf(values);
    }

    /**
     * Those among the system properties.
     *
     * @throws IllegalArgumentException if there is one that the plugin does not know; the message is one line
     */
    static PluginSettings of(Properties properties) {
        Map<PluginSetting, String> given = new EnumMap<>(PluginSetting.class);
        for (PluginSetting each : PluginSetting.values()) {
            String value = properties.getProperty(PluginSetting.PREFIX + each.key());
            if (value != null) {
                given.put(each, value.strip());
            }
        }
        for (String name : properties.stringPropertyNames()) {
            boolean known = given.keySet().stream().anyMatch(each -> name.equals(PluginSetting.PREFIX + each.key()));
            if (name.startsWith(PluginSetting.PREFIX) && !known) {
                throw new IllegalArgumentException(
                        name + ": there is no such setting; there are " + PluginSetting.names());
            }
        }
        return new PluginSettings(given);
    }

    /** These, and others that win over them. */
    PluginSettings with(Map<PluginSetting, String> others) {
        Map<PluginSetting, String> all = new EnumMap<>(PluginSetting.class);
        all.putAll(values);
        all.putAll(others);
        return new PluginSettings(all);
    }

    private boolean isGiven(PluginSetting setting) {
        return values.containsKey(setting);
    }

    /** @throws IllegalArgumentException if a setting is wrong; the message is one line: setting, value, what would be right */
    AgentOptions pool() {
        String text = values.entrySet().stream()
                .filter(each -> each.getKey().isOfPool())
                .map(each -> each.getKey().key() + "=" + each.getValue().replace(',', '+'))
                .collect(Collectors.joining(","));
        try {
            return AgentOptions.parse(text);
        } catch (BadOptionException e) {
            throw new IllegalArgumentException("Ephemera: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if it is neither said nor denied, or said together with a speedup */
    boolean isVirtual() {
        boolean virtual = choice(PluginSetting.TIME, WALL, VIRTUAL);
        if (virtual && isGiven(PluginSetting.SPEEDUP)) {
            throw new IllegalArgumentException("Ephemera: speedup=" + values.get(PluginSetting.SPEEDUP)
                    + ": virtual time takes none; leave the speedup out");
        }
        return virtual;
    }

    /** @throws IllegalArgumentException if it is neither said nor denied */
    boolean isNeverExhausted() {
        return choice(PluginSetting.NEVER_EXHAUSTED, "false", "true");
    }

    private boolean choice(PluginSetting setting, String no, String yes) {
        String value = values.getOrDefault(setting, no);
        if (!value.equals(no) && !value.equals(yes)) {
            throw new IllegalArgumentException("Ephemera: " + setting.key() + "=" + value + ": " + no + " or " + yes);
        }
        return value.equals(yes);
    }
}
