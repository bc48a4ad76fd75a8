package io.ephemera.ports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The named limits of a platform, each figure with its source.
 *
 * @param name short name, as in {@code ephemera.profile}
 * @param platform what the figures hold for, in words
 * @param range the ephemeral ports
 * @param timeWait how long an active close keeps a port
 * @param scope for whom a port in use is taken
 * @param connectMessage the message of Java's {@code BindException} when {@code connect()} finds no port on this platform
 * @param bindMessage the message when {@code bind()} finds none, or the given one in use
 * @param sources where each figure comes from, by the figure's key: {@code ports}, {@code timeWait}, {@code scope}, …
 * @param remedies changes to the platform's limits, with what they make of them
 */
public record Profile(
        String name,
        String platform,
        PortRange range,
        Duration timeWait,
        Scope scope,
        String connectMessage,
        String bindMessage,
        Map<String, String> sources,
        List<ProfileRemedy> remedies) {

    /** The limits where the setting of a profile was overridden have this source. */
    public static final String OVERRIDDEN = "given as a setting";

    /** Copies the collections. */
    public Profile {
        sources = Map.copyOf(sources);
        remedies = List.copyOf(remedies);
        requireAboveZero(timeWait);
    }

    /**
     * A change to the platform's limits.
     *
     * @param name as an administrator knows it, for example {@code MaxUserPort=65534}
     * @param range the ports after the change
     * @param timeWait TIME_WAIT after the change
     * @param source where its effect is documented
     */
    public record ProfileRemedy(String name, PortRange range, Duration timeWait, String source) {

        /** @throws IllegalArgumentException if {@code timeWait} is not above 0 */
        public ProfileRemedy {
            requireAboveZero(timeWait);
        }
    }

    /** The capacity of these limits. */
    public Capacity capacity(double portsPerCall) {
        return new Capacity(range.size(), seconds(timeWait), portsPerCall);
    }

    /** The capacity after a remedy. */
    public static Capacity capacity(ProfileRemedy remedy, double portsPerCall) {
        return new Capacity(remedy.range.size(), seconds(remedy.timeWait), portsPerCall);
    }

    /** TIME_WAIT in seconds. */
    public double timeWaitSeconds() {
        return seconds(timeWait);
    }

    /** The same platform with other ports; its remedies, which speak of the platform's own limits, are dropped. */
    public Profile withRange(PortRange other) {
        return overriding("ports", other, timeWait, scope);
    }

    /** The same platform with another TIME_WAIT; its remedies are dropped. */
    public Profile withTimeWait(Duration other) {
        return overriding("timeWait", range, other, scope);
    }

    /** The same platform with another scope; its remedies are dropped. */
    public Profile withScope(Scope other) {
        return overriding("scope", range, timeWait, other);
    }

    /**
     * The same platform after remedies of its own, all together; those that are left speak of it as it is then.
     *
     * @param changes remedies of this profile, no two of which change the same limit
     */
    public Profile with(List<ProfileRemedy> changes) {
        PortRange newRange = range;
        Duration newTimeWait = timeWait;
        Map<String, String> newSources = new TreeMap<>(sources);
        for (ProfileRemedy change : changes) {
            if (!change.range().equals(range)) {
                newRange = change.range();
                newSources.put("ports", change.source());
            }
            if (!change.timeWait().equals(timeWait)) {
                newTimeWait = change.timeWait();
                newSources.put("timeWait", change.source());
            }
        }
        List<ProfileRemedy> left = new ArrayList<>();
        for (ProfileRemedy remedy : remedies) {
            if (!changes.contains(remedy)) {
                left.add(new ProfileRemedy(
                        remedy.name(),
                        remedy.range().equals(range) ? newRange : remedy.range(),
                        remedy.timeWait().equals(timeWait) ? newTimeWait : remedy.timeWait(),
                        remedy.source()));
            }
        }
        return new Profile(name, platform, newRange, newTimeWait, scope, connectMessage, bindMessage, newSources, left);
    }

    private Profile overriding(String figure, PortRange newRange, Duration newTimeWait, Scope newScope) {
        Map<String, String> newSources = new TreeMap<>(sources);
        newSources.put(figure, OVERRIDDEN);
        return new Profile(
                name, platform, newRange, newTimeWait, newScope, connectMessage, bindMessage, newSources, List.of());
    }

    private static void requireAboveZero(Duration timeWait) {
        if (timeWait.isZero() || timeWait.isNegative()) {
            throw new IllegalArgumentException("TIME_WAIT must be above 0, not " + Durations.format(timeWait));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %,d port%s (%s), TIME_WAIT %s",
                name,
                range.size(),
                range.size() == 1 ? "" : "s",
                range,
                Durations.format(timeWait));
    }
}
