package io.ephemera.ports;

import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.CatalogueEntry.PlatformSetting;
import io.ephemera.ports.CatalogueEntry.Smaller;
import io.ephemera.ports.CatalogueEntry.Variant;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads profiles from properties. docs/profiles.md says what the keys mean. */
final class ProfileFormat {

    /** The figures that every host has. */
    static final List<String> HOST = List.of("ports", "timeWait", "scope", "connectMessage", "bindMessage");

    private static final List<String> GATEWAY = List.of("snatPorts", "scope", "exhaustion");
    private static final List<String> OPTIONAL = List.of(
            "finishConnectMessage",
            "holdAfterClose",
            "holdAfterReset",
            "idleTimeout",
            "connections",
            "allocation",
            "portsOf",
            "addressPorts",
            "mostAddresses",
            "portsStep",
            "portsSetting",
            "portsValue",
            "addressesSetting",
            "privateEndpoint",
            "exhaustion");
    private static final Set<String> FIGURES =
            Stream.of(HOST, GATEWAY, OPTIONAL).flatMap(List::stream).collect(Collectors.toSet());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final int MOST_SNAT_PORTS = 1_048_576;

    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> unread = new TreeSet<>();
    private final String name;
    private final String platform;
    private final @Nullable String base;
    private final boolean gateway;
    private final Map<String, Figure> figures = new LinkedHashMap<>();

    /**
     * Reads the figures.
     *
     * @param given the file
     * @param bases how to find the file of the profile that this one is a change of
     * @throws IllegalArgumentException if a key is missing or out of range; the message names key and value
     */
    ProfileFormat(Properties given, Function<String, Properties> bases) {
        given.stringPropertyNames().forEach(key -> put(key, given));
        name = required("name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name=" + name + ": letters, digits and . _ + - only, at most 64");
        }
        platform = required("platform");
        base = optional("base");
        for (String above = base; above != null; ) {
            Properties inherited = bases.apply(above.strip());
            inheritFrom(inherited);
            above = inherited.getProperty("base");
        }
        gateway = values.containsKey("snatPorts");
        List<String> keys = new ArrayList<>(gateway ? GATEWAY : HOST);
        keys.forEach(key -> required(key + ".source"));
        OPTIONAL.stream()
                .filter(values::containsKey)
                .filter(key -> !keys.contains(key))
                .forEach(keys::add);
        keys.forEach(key -> figures.put(key, figure(key)));
    }

    /** @throws IllegalArgumentException if what is not a figure has a key missing, unknown or out of range */
    CatalogueEntry read() {
        List<Variant> variants = variants();
        List<PlatformSetting> changes = new ArrayList<>();
        for (int number : numbers("change.", "(\\.takesEffect)?")) {
            changes.add(
                    new PlatformSetting(required("change." + number), optional("change." + number + ".takesEffect")));
        }
        List<PlatformRemedy> remedies = new ArrayList<>();
        List<Profile.ProfileRemedy> ofHost = new ArrayList<>();
        for (int number :
                numbers("remedy.", "\\.(name|" + portsKey() + "|" + holdKey() + "|takesEffect|source|smaller|unit)")) {
            String prefix = "remedy." + number + ".";
            String ports = Objects.requireNonNull(changed(prefix, portsKey()));
            Duration hold = duration(changed(prefix, holdKey()));
            String remedy = required(prefix + "name");
            String source = required(prefix + "source");
            String takesEffect = optional(prefix + "takesEffect");
            Variant after = new Variant(size(ports), hold, "");
            remedies.add(new PlatformRemedy(remedy, after, takesEffect, source, smaller(prefix)));
            if (!gateway) {
                ofHost.add(new Profile.ProfileRemedy(
                        remedy, PortRange.parse(ports), Objects.requireNonNull(hold), source));
            }
        }
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(unread.iterator().next() + ": no such key in a profile; it has name, "
                    + "platform, " + String.join(", ", new TreeSet<>(gateway ? GATEWAY : HOST))
                    + ", a .source for each, and remedy.N.…");
        }
        Figure exhaustion = figures.get("exhaustion");
        boolean runs =
                !gateway && (exhaustion == null || Exhaustion.parse(exhaustion.value()) == Exhaustion.BIND_EXCEPTION);
        return new CatalogueEntry(
                name, platform, figures, variants, base, changes, remedies, runs ? profile(ofHost) : null);
    }

    private @Nullable Smaller smaller(String prefix) {
        String smaller = optional(prefix + "smaller");
        return smaller == null ? null : new Smaller(smaller, snatPorts(required(prefix + "unit")));
    }

    private void put(String key, Properties from) {
        values.put(key, from.getProperty(key));
        unread.add(key);
    }

    /** Figures that are not given are the base's, each with all that belongs to it. */
    private void inheritFrom(Properties inherited) {
        Set<String> own = values.keySet().stream().map(ProfileFormat::figureOf).collect(Collectors.toSet());
        for (String key : inherited.stringPropertyNames()) {
            if (FIGURES.contains(figureOf(key)) && !own.contains(figureOf(key))) {
                put(key, inherited);
            }
        }
    }

    private static String figureOf(String key) {
        return key.split("\\.", 2)[0];
    }

    private String portsKey() {
        return gateway ? "snatPorts" : "ports";
    }

    private String holdKey() {
        return gateway ? "holdAfterClose" : "timeWait";
    }

    private Figure figure(String key) {
        List<Figure> alternatives = new ArrayList<>();
        for (int number : numbers(key + ".alternative.", "(\\.(source|holdsFor|checked))?")) {
            alternatives.add(figure(key, key + ".alternative." + number, List.of()));
        }
        return figure(key, key, alternatives);
    }

    private Figure figure(String key, String prefix, List<Figure> alternatives) {
        String value = required(prefix);
        validate(key, value, prefix);
        String source = required(prefix + ".source");
        return new Figure(value, source, optional(prefix + ".holdsFor"), checked(prefix), alternatives);
    }

    private static void validate(String key, String value, String place) {
        if (value.equals(Figure.NOT_KNOWN) && OPTIONAL.contains(key)) {
            return;
        }
        try {
            switch (key) {
                case "ports" -> PortRange.parse(value);
                case "portsOf" -> oneOf(value, "instance", "address");
                case "portsStep" -> {
                    if (!value.equals(Figure.POWER_OF_TWO)) {
                        snatPorts(value);
                    }
                }
                case "snatPorts", "connections", "addressPorts", "mostAddresses" -> snatPorts(value);
                case "scope" -> Scope.parse(value);
                case "exhaustion" -> Exhaustion.parse(value);
                case "timeWait", "holdAfterClose", "holdAfterReset", "idleTimeout" -> {
                    if (Durations.parse(value).isZero()) {
                        throw new IllegalArgumentException(
                                (key.equals("timeWait") ? "TIME_WAIT" : key) + " must be above 0, not 0s");
                    }
                }
                default -> {}
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static void oneOf(String value, String... right) {
        if (!List.of(right).contains(value)) {
            throw new IllegalArgumentException(String.join(" or ", right) + ", not " + value);
        }
    }

    private @Nullable LocalDate checked(String prefix) {
        String text = optional(prefix + ".checked");
        if (text == null || text.equals("no")) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(prefix + ".checked: a day like 2026-11-21, or no, not " + text, e);
        }
    }

    /** Each of the documented numbers of ports with each of the documented times. */
    private List<Variant> variants() {
        Figure ports = Objects.requireNonNull(figures.get(portsKey()));
        Figure hold = figures.get(holdKey());
        List<Variant> variants = new ArrayList<>();
        for (Figure port : ports.documented()) {
            int size = size(port.value());
            if (hold == null) {
                variants.add(new Variant(size, null, holdsFor(port, ports)));
                continue;
            }
            for (Figure time : hold.documented()) {
                Set<String> both = new TreeSet<>(List.of(holdsFor(port, ports), holdsFor(time, hold)));
                both.remove("");
                variants.add(new Variant(size, duration(time.value()), String.join("; ", both)));
            }
        }
        return variants;
    }

    private static String holdsFor(Figure figure, Figure first) {
        return figure.equals(first) ? "" : Objects.requireNonNullElse(figure.holdsFor(), figure.source());
    }

    private Profile profile(List<Profile.ProfileRemedy> remedies) {
        Map<String, String> sources = new TreeMap<>();
        HOST.forEach(key -> sources.put(key, of(key).source()));
        return new Profile(
                name,
                platform,
                PortRange.parse(of("ports").value()),
                Durations.parse(of("timeWait").value()),
                Scope.parse(of("scope").value()),
                of("connectMessage").value(),
                of("bindMessage").value(),
                sources,
                remedies);
    }

    private Figure of(String key) {
        return Objects.requireNonNull(figures.get(key));
    }

    /** What a remedy makes of a figure; the platform's own where it leaves that as it is, {@code null} where there is none. */
    private @Nullable String changed(String prefix, String key) {
        String value = optional(prefix + key);
        if (value == null) {
            Figure today = figures.get(key);
            return today == null ? null : today.value();
        }
        validate(key, value, prefix + key);
        return value;
    }

    private static @Nullable Duration duration(@Nullable String text) {
        return text == null || text.equals(Figure.NOT_KNOWN) ? null : Durations.parse(text);
    }

    private int size(String ports) {
        return gateway ? snatPorts(ports) : PortRange.parse(ports).size();
    }

    private static int snatPorts(String text) {
        if (text.matches("[1-9]\\d{0,6}") && Integer.parseInt(text) <= MOST_SNAT_PORTS) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(
                "a gateway's ports are a number from 1 to " + MOST_SNAT_PORTS + ", not " + text);
    }

    /** The numbers, 1 to 99, that follow this beginning in keys that end in one of these ways; in order. */
    private Set<Integer> numbers(String beginning, String endings) {
        Pattern numbered = Pattern.compile(Pattern.quote(beginning) + "([1-9][0-9]?)" + endings);
        return unread.stream()
                .map(numbered::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Integer.valueOf(matcher.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private @Nullable String optional(String key) {
        String value = values.get(key);
        unread.remove(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private String required(String key) {
        String value = optional(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }
}
