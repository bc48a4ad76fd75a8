package io.ephemera.simulations.settings;

import io.ephemera.ports.run.Share;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The settings: system properties, with the same names in every way to give them. {@link SettingsReader} reads their values. */
public enum Setting {
    PROFILE("ephemera.profile", "name in the catalogue, or a properties file", "windows-2003"),
    PORTS("ephemera.ports", "range of ephemeral ports, like 1024-5000; from 1024 up", "the profile's"),
    TIME_WAIT("ephemera.timeWait", "how long an active close keeps a port, like 240s, modelled", "the profile's"),
    SCOPE("ephemera.scope", "for whom a port in use is taken: global or destination", "the profile's"),
    ORDER(
            "ephemera.order",
            "stack model: which free port a connection is given: sequential, or random:SEED (random draws the seed)",
            "sequential"),
    GATEWAY(
            "ephemera.gateway",
            "stacks model and netns: gateway that several clients share: its name in the catalogue, like azure-lb-snat",
            "none"),
    GATEWAY_CLIENTS("ephemera.gatewayClients", "clients behind the gateway, 1 to 100, each a host of its own", "8"),
    GATEWAY_PORTS(
            "ephemera.gatewayPorts",
            "ports of the gateway, 1 to 64512: of each client's block, or of all clients together",
            "the gateway's"),
    GATEWAY_HOLD("ephemera.gatewayHold", "how long the gateway keeps a port after a close, modelled", "the gateway's"),
    GATEWAY_ALLOCATION(
            "ephemera.gatewayAllocation",
            "how the gateway finds a port: block, on-demand, random or linux, like random:SEED",
            "the gateway's"),
    GATEWAY_MAPPING(
            "ephemera.gatewayMapping",
            "for whom a port of the gateway is taken: destination, or endpoint-independent",
            "the gateway's"),
    SERVICE_TIME(
            "ephemera.serviceTime",
            "behind a gateway: how long the stub takes to answer, modelled, while the connection holds its port",
            "no time"),
    CONNECT_TIMEOUT(
            "ephemera.connectTimeout",
            "after which a client gives up a connect that the gateway does not answer: 10ms to 1s, modelled; on stack netns to 127s, by the wall's clock",
            "1s; 500ms on stack netns"),
    STACK(
            "ephemera.stack",
            "who enforces the limits: model, netns (Linux's own stack, in a private network namespace) or os (this machine's own, untouched)",
            "model"),
    PATTERN(
            "ephemera.pattern",
            "how connections are used and callers log in: a name from authentication.md, like digest-close-call",
            "the simulation's"),
    CALLS_PER_USER(
            "ephemera.callsPerUser",
            "calls that a user makes on its own connection before it leaves, 1 to 1000; for patterns that end in -per-user",
            "5"),
    REMEDY(
            "ephemera.remedy",
            "what is done about exhaustion: names from remedies.md, like MaxUserPort=65534,keep-alive",
            "nothing"),
    ADDRESSES(
            "ephemera.addresses",
            "source addresses or destinations of the remedies several-sources and several-destinations, 2 to 16",
            "4"),
    DEVICES(
            "ephemera.devices",
            "devices that MonitoringEngine polls, 1 to 5000",
            "2.4 times as many as its ports suffice for"),
    RECORDS("ephemera.records", "records that Migration pushes, 1 to 1000000", "20000"),
    CALLS_PER_RECORD("ephemera.callsPerRecord", "web-service calls that Migration makes for a record, 1 to 10", "1"),
    WORKERS("ephemera.workers", "workers of Migration, each making one call after the other, 1 to 500", "20"),
    RESUME("ephemera.resume", "folder of a killed Migration, as it named it: goes on where that stopped", "none"),
    RATES(
            "ephemera.rates",
            "offered rates of the steps, rising, in calls/s, modelled, like 10,12,14",
            "from 60 % to 120 % of the prediction"),
    SHARE(
            Share.SETTING,
            "which node this is of several that share the load, like 0/3, 1/3 and 2/3; rates are those of all",
            "the only one"),
    DURATION("ephemera.duration", "length of one step, modelled; at least one TIME_WAIT", "one TIME_WAIT and 4 %"),
    PACE(
            "ephemera.pace",
            "stack model: modelled seconds per wall second at most, 0.1 to 100000, for those who watch",
            "none: as fast as the machine can"),
    CONCURRENCY(
            "ephemera.concurrency",
            "stack model: calls under way at once at most, 1 to 1000; what is found does not depend on it",
            "16 for each processor, 64 towards a foreign target"),
    SPEEDUP(
            "ephemera.speedup",
            "stack netns: modelled seconds per wall second, 1 to 1000",
            "the highest that is exact here"),
    REQUIRE("ephemera.require", "calls/s that must be sustained; a step at exactly this rate decides", "none"),
    TARGET("ephemera.target", "http URL of a foreign target", "the embedded stub"),
    MATRIX("ephemera.matrix", "file with the rows of a TuningMatrix, see matrix.md", "the rows that are built in"),
    REPORT_DIR(
            "ephemera.report.dir",
            "folder where runs go",
            "reports/target/runs in the build, ./ephemera-runs elsewhere"),
    LIVE(
            "ephemera.live",
            "page on loopback that shows the run while it goes on: on or off",
            "on; off where the environment variable CI is set");

    /** What every name begins with. */
    static final String PREFIX = "ephemera.";

    private final String key;
    private final String meaning;
    private final String defaultText;

    Setting(String key, String meaning, String defaultText) {
        this.key = key;
        this.meaning = meaning;
        this.defaultText = defaultText;
    }

    /** Name of the system property. */
    public String key() {
        return key;
    }

    /** What it means and what it takes, in words. */
    public String meaning() {
        return meaning;
    }

    /** Its default: a value that could be given, where there is one for all runs, or words. */
    public String defaultText() {
        return defaultText;
    }

    /** The setting of this name. */
    static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /** All names. */
    static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
