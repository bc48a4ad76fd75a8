package io.ephemera.gatling;

import io.gatling.core.protocol.Protocol;
import io.gatling.javaapi.core.ProtocolBuilder;
import java.util.Map;

/**
 * The pool of ports as a protocol of Gatling: all outgoing TCP connections of the simulation take their local port from it. A
 * setting that is given on the command line, such as {@code -Dephemera.timeWait=30s}, wins over what is said here.
 */
public final class PortPoolProtocolBuilder implements ProtocolBuilder {

    private final PluginSettings settings;

    PortPoolProtocolBuilder() {
        this(PluginSettings.NONE);
    }

    private PortPoolProtocolBuilder(PluginSettings settings) {
        this.settings = settings;
    }

    private PortPoolProtocolBuilder with(PluginSetting setting, String value) {
        return new PortPoolProtocolBuilder(settings.with(Map.of(setting, value)));
    }

    /** The limits of a platform: name in the catalogue, such as {@code windows-2003}, or the path of a properties file. */
    public PortPoolProtocolBuilder profile(String name) {
        return with(PluginSetting.PROFILE, name);
    }

    /** The ports, such as {@code 1024-5000}, in place of the profile's; from 1024 up. */
    public PortPoolProtocolBuilder ports(String range) {
        return with(PluginSetting.PORTS, range);
    }

    /** TIME_WAIT, such as {@code 240s}, in place of the profile's. */
    public PortPoolProtocolBuilder timeWait(String duration) {
        return with(PluginSetting.TIME_WAIT, duration);
    }

    /** For whom a port in use is taken, {@code global} or {@code destination}, in place of the profile's. */
    public PortPoolProtocolBuilder scope(String scope) {
        return with(PluginSetting.SCOPE, scope);
    }

    /** The remote endpoints that count, such as {@code crm:443+10.1.2.3}, in place of all. */
    public PortPoolProtocolBuilder destinations(String destinations) {
        return with(PluginSetting.DESTINATIONS, destinations);
    }

    /** Modelled seconds per second of the wall, 1 to 1000, where the injection profile is written so many times as fast. */
    public PortPoolProtocolBuilder speedup(double speedup) {
        return with(PluginSetting.SPEEDUP, String.valueOf(speedup));
    }

    /** Virtual time in place of Gatling's own: injection and pauses take no time, and nothing depends on the machine's. */
    public PortPoolProtocolBuilder virtualTime() {
        return with(PluginSetting.TIME, PluginSettings.VIRTUAL);
    }

    /** Assertions on the pool, for Gatling's {@code assertions(…)}. */
    public PortPoolAssertions assertions() {
        return new PortPoolAssertions();
    }

    /**
     * For Gatling, which asks each protocol of {@code setUp}: from here on the pool is in force.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message is one line
     */
    @Override
    public Protocol protocol() {
        PortPoolRuns.use(settings);
        return new PortPoolProtocol();
    }

    /** Gatling knows protocols by their classes. */
    private static final class PortPoolProtocol implements Protocol {}
}
