package io.ephemera.ports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * All that the catalogue knows of a platform: a host, or a gateway or proxy on the way.
 *
 * @param name short name, as in {@code ephemera.profile}
 * @param platform what the figures hold for, in words
 * @param figures each figure by its key ({@code ports}, {@code timeWait}, {@code scope}, {@code holdAfterClose}, {@code
 *     idleTimeout}, …), in a fixed order
 * @param variants the limits, one for each combination of documented values; the first is what the model takes
 * @param base the profile whose figures count where this one gives none; {@code null} where it gives all
 * @param changes the settings that make {@code base} this profile; empty for another platform
 * @param remedies what can be changed
 * @param profile the limits as a run takes them; {@code null} where exhaustion is not a {@code BindException}
 */
public record CatalogueEntry(
        String name,
        String platform,
        Map<String, Figure> figures,
        List<Variant> variants,
        @Nullable String base,
        List<PlatformSetting> changes,
        List<PlatformRemedy> remedies,
        @Nullable Profile profile) {

    /** Copies the collections. */
    public CatalogueEntry {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        variants = List.copyOf(variants);
        changes = List.copyOf(changes);
        remedies = List.copyOf(remedies);
    }

    /**
     * One combination of documented values.
     *
     * @param ports number of ports; of a gateway, those for one destination
     * @param hold how long a port stays taken after a close: TIME_WAIT, or the gateway's hold after a close; {@code null}
     *     where none is documented
     * @param holdsFor what the values other than the first ones hold for; empty for the first
     */
    public record Variant(int ports, @Nullable Duration hold, String holdsFor) {

        /** What these limits carry; empty where no hold after a close is documented. */
        public OptionalDouble thresholdCallsPerSecond(double portsPerCall) {
            return hold == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(
                            new Capacity(ports, hold.toNanos() / 1e9, portsPerCall).thresholdCallsPerSecond());
        }
    }

    /** The first versions of each line of the JDK with JDK-8317603, which gave the refusal of a pending connect on Windows other words. */
    private static final List<Runtime.Version> NEW_WORDS =
            List.of(Runtime.Version.parse("17.0.10"), Runtime.Version.parse("21.0.2"));

    /**
     * The message of a {@code BindException} when a connect that does not wait finds no port, and fails when it is finished; {@code
     * null} where it fails at once, or nothing is known.
     *
     * @param jdk the version of Java whose words they are
     */
    public @Nullable String finishConnectMessage(Runtime.Version jdk) {
        Figure figure = figures.get("finishConnectMessage");
        if (figure == null) {
            return null;
        }
        boolean newWords = jdk.feature() > 21
                || NEW_WORDS.stream()
                        .anyMatch(first -> first.feature() == jdk.feature() && first.compareToIgnoreOptional(jdk) <= 0);
        String words = newWords || figure.alternatives().isEmpty()
                ? figure.value()
                : figure.alternatives().get(0).value();
        return words.equals(Figure.NOT_KNOWN) ? null : words;
    }

    /**
     * A setting that makes a platform what this profile says.
     *
     * @param setting as an administrator knows it, for example {@code MaxUserPort=65534}
     * @param takesEffect what it needs to be in force, for example {@code reboot needed}; {@code null} where nothing more
     */
    public record PlatformSetting(String setting, @Nullable String takesEffect) {}

    /**
     * A change that could be made.
     *
     * @param name as an administrator knows it
     * @param after the limits after it
     * @param takesEffect what it needs to be in force; {@code null} where nothing more
     * @param source where its effect is documented
     * @param smaller what less of it is; {@code null} where it is made whole or not at all
     */
    public record PlatformRemedy(
            String name,
            Variant after,
            @Nullable String takesEffect,
            String source,
            @Nullable Smaller smaller) {

        /** A change that is made whole or not at all. */
        public PlatformRemedy(String name, Variant after, @Nullable String takesEffect, String source) {
            this(name, after, takesEffect, source, null);
        }

        /** The same change of other limits. */
        public PlatformRemedy withAfter(Variant other) {
            return new PlatformRemedy(name, other, takesEffect, source, smaller);
        }
    }

    /**
     * A change of which there can be less.
     *
     * @param name with <code>{n}</code> for how many units, and <code>{2^}</code> for the least power of two that is not below
     * @param unitPorts ports that a unit is worth, at least 1
     */
    public record Smaller(String name, int unitPorts) {

        /** The name of so many units. */
        public String named(int units) {
            int power = Integer.highestOneBit(units) == units ? units : Integer.highestOneBit(units) << 1;
            return name.replace("{n}", String.valueOf(units)).replace("{2^}", String.valueOf(power));
        }
    }

    /**
     * The limits of a run as an entry: the catalogue's own where they are the same, else a change of them, figure by figure.
     *
     * @param profile limits, overridden or not
     */
    public static CatalogueEntry of(Profile profile) {
        CatalogueEntry known =
                ProfileCatalogue.names().contains(profile.name()) ? ProfileCatalogue.entry(profile.name()) : null;
        if (known != null && profile.equals(known.profile())) {
            return known;
        }
        List<PlatformSetting> changes = new ArrayList<>(known == null ? List.of() : known.changes());
        Map<String, Figure> figures = new LinkedHashMap<>();
        Map<String, String> values = Map.of(
                "ports", profile.range().toString(),
                "timeWait", Durations.format(profile.timeWait()),
                "scope", profile.scope().toString(),
                "connectMessage", profile.connectMessage(),
                "bindMessage", profile.bindMessage());
        for (String key : ProfileFormat.HOST) {
            String value = Objects.requireNonNull(values.get(key));
            String source = Objects.requireNonNullElse(profile.sources().get(key), Profile.OVERRIDDEN);
            figures.put(key, new Figure(value, source, null, null, List.of()));
            if (source.equals(Profile.OVERRIDDEN)) {
                changes.add(new PlatformSetting("ephemera." + key + "=" + value, null));
            }
        }
        List<PlatformRemedy> remedies = profile.remedies().stream()
                .map(remedy -> new PlatformRemedy(
                        remedy.name(),
                        new Variant(remedy.range().size(), remedy.timeWait(), ""),
                        null,
                        remedy.source()))
                .toList();
        return new CatalogueEntry(
                profile.name(),
                profile.platform(),
                figures,
                List.of(new Variant(profile.range().size(), profile.timeWait(), "")),
                changes.isEmpty() || known == null ? null : known.family(),
                changes,
                remedies,
                profile);
    }

    /** Number of ports; of a gateway, those for one destination. */
    public int ports() {
        return variants.get(0).ports();
    }

    /** For whom a port in use is taken. */
    public Scope scope() {
        return Scope.parse(Objects.requireNonNull(figures.get("scope")).value());
    }

    /** What a caller sees when no port is left. */
    public Exhaustion exhaustion() {
        Figure figure = figures.get("exhaustion");
        return figure == null ? Exhaustion.BIND_EXCEPTION : Exhaustion.parse(figure.value());
    }

    /** TIME_WAIT, or the gateway's hold after a close; {@code null} where none is documented. */
    public @Nullable Duration hold() {
        return variants.get(0).hold();
    }

    /** The highest rate that can go on for ever; empty where no hold after a close is documented. */
    public OptionalDouble thresholdCallsPerSecond(double portsPerCall) {
        return variants.get(0).thresholdCallsPerSecond(portsPerCall);
    }

    /** The figures whose documents contradict each other, by their keys. */
    public List<String> contradictions() {
        return figures.entrySet().stream()
                .filter(figure -> figure.getValue().isContradicted())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The profile that this one is a change of, or its own name. */
    public String family() {
        return base == null || changes.isEmpty() ? name : base;
    }
}
