package io.ephemera.agent.standalone;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The options of {@code -javaagent:ephemera-agent.jar=name=value,name=value}. A test holds docs/agent.md against them. */
enum AgentOption {
    PROFILE("profile", "name in the catalogue, or a properties file", "windows-2003"),
    PORTS("ports", "range of ephemeral ports, like 1024-5000; from 1024 up", "the profile's"),
    TIME_WAIT("timeWait", "how long an active close keeps a port, like 240s, modelled", "the profile's"),
    SCOPE("scope", "for whom a port in use is taken: global or destination", "the profile's"),
    GATEWAY(
            "gateway",
            "gateway on the way: its name in the catalogue, like azure-app-service, or ports and hold, like 64/240s",
            "none"),
    SPEEDUP("speedup", "modelled seconds per wall second, 1 to 1000", "1"),
    SHARED("shared", "file of a pool that several JVMs share, made by the first; all others as for it", "none"),
    DESTINATIONS("destinations", "remote endpoints that count, like crm:443+10.1.2.3+[::1]:8080", "all"),
    APPLICATION(
            "application",
            "prefixes of the application's classes, like com.acme.+org.acme.",
            "all but known libraries"),
    REPORT("report", "where the report at the end goes: stderr, none or a file", "stderr"),
    PAGE("page", "loopback port of the page, 0 for any free one, or none", "none");

    private final String key;
    private final String meaning;
    private final String defaultText;

    AgentOption(String key, String meaning, String defaultText) {
        this.key = key;
        this.meaning = meaning;
        this.defaultText = defaultText;
    }

    String key() {
        return key;
    }

    String meaning() {
        return meaning;
    }

    String defaultText() {
        return defaultText;
    }

    static Optional<AgentOption> named(String key) {
        return Arrays.stream(values()).filter(option -> option.key.equals(key)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(AgentOption::key).collect(Collectors.joining(", "));
    }
}
