package io.ephemera.gatling;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A setting of the plugin: {@code -Dephemera.<key>=…}. Those of the pool are options of the agent. */
enum PluginSetting {
    PROFILE("profile", true),
    PORTS("ports", true),
    TIME_WAIT("timeWait", true),
    SCOPE("scope", true),
    DESTINATIONS("destinations", true),
    SPEEDUP("speedup", true),
    TIME("time", false),
    NEVER_EXHAUSTED("neverExhausted", false);

    /** How the property of a setting begins. */
    static final String PREFIX = "ephemera.";

    private final String key;
    private final boolean ofPool;

    PluginSetting(String key, boolean ofPool) {
        this.key = key;
        this.ofPool = ofPool;
    }

    String key() {
        return key;
    }

    boolean isOfPool() {
        return ofPool;
    }

    static String names() {
        return Arrays.stream(values()).map(each -> PREFIX + each.key).collect(Collectors.joining(", "));
    }
}
