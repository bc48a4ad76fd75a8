package io.ephemera.ports;

import io.ephemera.ports.CatalogueEntry.Change;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads profiles from properties. docs/profiles.md says what the keys mean. */
final class ProfileFormat {

    /** The figures that every host has. */
    static final List<String> HOST = List.of("ports", "timeWait", "scope", "connectMessage", "bindMessage");

    /** The figures that every gateway has. */
    static final List<String> GATEWAY = List.of("snatPorts", "scope", "exhaustion");

    private static final List<String> OPTIONAL =
            List.of("holdAfterClose", "holdAfterReset", "idleTimeout", "exhaustion");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final String HOST_REMEDY = "\\.(name|ports|timeWait|takesEffect|source)";
    private static final String GATEWAY_REMEDY = "\\.(name|snatPorts|holdAfterClose|takesEffect|source)";
    private static final int MOST_SNAT_PORTS = 1_048_576;

    private final Properties properties;
    private final Set<String> unread;
    private final Function<String, Properties> bases;

    private ProfileFormat(Properties given, Function<String, Properties> bases) {
        this.properties = new Properties();
        this.properties.putAll(given);
        this.bases = bases;
        this.unread = new TreeSet<>(given.stringPropertyNames());
    }

    /**
     * Reads a profile.
     *
     * @param properties the file
     * @param bases how to find the file of the profile that this one is a change of
     * @throws IllegalArgumentException if a key is missing, unknown or out of range; the message names key and value
     */
    static CatalogueEntry read(Properties properties, Function<String, Properties> bases) {
        return new ProfileFormat(properties, bases).read();
    }

    private CatalogueEntry read() {
        String name = required("name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name=" + name + ": letters, digits and . _ + - only, at most 64");
        }
        String platform = required("platform");
        String base = optional("base");
        if (base != null) {
            inheritFrom(base);
        }
        boolean gateway = properties.containsKey("snatPorts");
        List<String> keys = new ArrayList<>(gateway ? GATEWAY : HOST);
        keys.forEach(key -> required(key + ".source"));
        for (String key : OPTIONAL) {
            if (properties.containsKey(key) && !keys.contains(key)) {
                keys.add(key);
            }
        }
        Map<String, Figure> figures = new LinkedHashMap<>();
        keys.forEach(key -> figures.put(key, figure(key)));

        List<Variant> variants = variants(figures, gateway);
        List<Change> changes = changes();
        Remedies remedies = new Remedies(gateway, figures);
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(unread.iterator().next() + ": no such key in a profile; it has name, "
                    + "platform, " + String.join(", ", new TreeSet<>(gateway ? GATEWAY : HOST))
                    + ", a .source for each, and remedy.N.…");
        }
        boolean runs = !gateway && isBindException(figures);
        return new CatalogueEntry(
                name,
                platform,
                figures,
                variants,
                base,
                changes,
                remedies.all,
                runs ? profile(name, platform, figures, remedies.ofHost) : null);
    }

    private static boolean isBindException(Map<String, Figure> figures) {
        Figure exhaustion = figures.get("exhaustion");
        return exhaustion == null || Exhaustion.parse(exhaustion.value()) == Exhaustion.BIND_EXCEPTION;
    }

    /** Figures that are not given are the base's, each with all that belongs to it. */
    private void inheritFrom(String base) {
        Properties inherited = bases.apply(base);
        String further = inherited.getProperty("base");
        if (further != null) {
            ProfileFormat above = new ProfileFormat(inherited, bases);
            above.inheritFrom(further.strip());
            inherited = above.properties;
        }
        Set<String> own = new TreeSet<>();
        properties.stringPropertyNames().forEach(key -> own.add(figureOf(key)));
        for (String key : inherited.stringPropertyNames()) {
            if (isFigure(figureOf(key)) && !own.contains(figureOf(key))) {
                properties.setProperty(key, inherited.getProperty(key));
                unread.add(key);
            }
        }
    }

    private static String figureOf(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private static boolean isFigure(String key) {
        return HOST.contains(key) || GATEWAY.contains(key) || OPTIONAL.contains(key);
    }

    private Figure figure(String key) {
        Figure first = figure(key, key);
        List<Figure> alternatives = new ArrayList<>();
        for (int number : numbers(key + ".alternative.", "(\\.(source|holdsFor|checked))?")) {
            alternatives.add(figure(key, key + ".alternative." + number));
        }
        return new Figure(first.value(), first.source(), first.holdsFor(), first.checked(), alternatives);
    }

    private Figure figure(String key, String prefix) {
        String value = required(prefix);
        try {
            validate(key, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(prefix + ": " + e.getMessage(), e);
        }
        return new Figure(
                value, required(prefix + ".source"), optional(prefix + ".holdsFor"), checked(prefix), List.of());
    }

    private static void validate(String key, String value) {
        switch (key) {
            case "ports" -> PortRange.parse(value);
            case "snatPorts" -> snatPorts(value);
            case "scope" -> Scope.parse(value);
            case "exhaustion" -> Exhaustion.parse(value);
            case "timeWait", "holdAfterClose", "holdAfterReset", "idleTimeout" -> duration(key, value);
            default -> {}
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
    private static List<Variant> variants(Map<String, Figure> figures, boolean gateway) {
        Figure ports = Objects.requireNonNull(figures.get(gateway ? "snatPorts" : "ports"));
        Figure hold = figures.get(gateway ? "holdAfterClose" : "timeWait");
        List<Variant> variants = new ArrayList<>();
        for (Figure port : ports.documented()) {
            int size = gateway
                    ? snatPorts(port.value())
                    : PortRange.parse(port.value()).size();
            String holdsFor = port.equals(ports) ? "" : holdsFor(port);
            if (hold == null) {
                variants.add(new Variant(size, null, holdsFor));
                continue;
            }
            for (Figure time : hold.documented()) {
                Set<String> both = new TreeSet<>(List.of(holdsFor, time.equals(hold) ? "" : holdsFor(time)));
                both.remove("");
                variants.add(new Variant(size, Durations.parse(time.value()), String.join("; ", both)));
            }
        }
        return variants;
    }

    private static String holdsFor(Figure figure) {
        return Objects.requireNonNullElse(figure.holdsFor(), figure.source());
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (int number : numbers("change.", "(\\.takesEffect)?")) {
            changes.add(new Change(required("change." + number), optional("change." + number + ".takesEffect")));
        }
        return changes;
    }

    private static Profile profile(
            String name, String platform, Map<String, Figure> figures, List<Profile.Remedy> remedies) {
        Map<String, String> sources = new TreeMap<>();
        HOST.forEach(
                key -> sources.put(key, Objects.requireNonNull(figures.get(key)).source()));
        return new Profile(
                name,
                platform,
                PortRange.parse(value(figures, "ports")),
                Durations.parse(value(figures, "timeWait")),
                Scope.parse(value(figures, "scope")),
                value(figures, "connectMessage"),
                value(figures, "bindMessage"),
                sources,
                remedies);
    }

    private static String value(Map<String, Figure> figures, String key) {
        return Objects.requireNonNull(figures.get(key)).value();
    }

    private static int snatPorts(String text) {
        int ports;
        try {
            ports = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            ports = 0;
        }
        if (ports < 1 || ports > MOST_SNAT_PORTS) {
            throw new IllegalArgumentException(
                    "a gateway's ports are a number from 1 to " + MOST_SNAT_PORTS + ", not " + text);
        }
        return ports;
    }

    private static Duration duration(String key, String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException((key.equals("timeWait") ? "TIME_WAIT" : key) + " must be above 0, not "
                    + Durations.format(duration));
        }
        return duration;
    }

    /** The numbers, 1 to 99, that follow this beginning in keys that end in one of these ways; in order. */
    private Set<Integer> numbers(String beginning, String endings) {
        Pattern numbered = Pattern.compile(Pattern.quote(beginning) + "([1-9][0-9]?)" + endings);
        Set<Integer> numbers = new TreeSet<>();
        for (String key : unread) {
            var matcher = numbered.matcher(key);
            if (matcher.matches()) {
                numbers.add(Integer.valueOf(matcher.group(1)));
            }
        }
        return numbers;
    }

    private @Nullable String optional(String key) {
        String value = properties.getProperty(key);
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

    /** The remedies, as the catalogue has them and, of a host, as its profile has them. */
    private final class Remedies {

        final List<CatalogueEntry.Remedy> all = new ArrayList<>();
        final List<Profile.Remedy> ofHost = new ArrayList<>();

        Remedies(boolean gateway, Map<String, Figure> figures) {
            for (int number : numbers("remedy.", gateway ? GATEWAY_REMEDY : HOST_REMEDY)) {
                String prefix = "remedy." + number + ".";
                String ports = parsed(prefix, gateway ? "snatPorts" : "ports", figures);
                String hold = parsed(prefix, gateway ? "holdAfterClose" : "timeWait", figures);
                String name = required(prefix + "name");
                String source = required(prefix + "source");
                int size;
                if (gateway) {
                    size = snatPorts(ports);
                } else {
                    PortRange range = PortRange.parse(ports);
                    size = range.size();
                    ofHost.add(new Profile.Remedy(name, range, Durations.parse(hold), source));
                }
                all.add(new CatalogueEntry.Remedy(
                        name,
                        size,
                        hold.isEmpty() ? null : Durations.parse(hold),
                        optional(prefix + "takesEffect"),
                        source));
            }
        }

        /** The remedy's value, or else the platform's; empty where there is neither. */
        private String parsed(String prefix, String key, Map<String, Figure> figures) {
            String value = optional(prefix + key);
            if (value == null) {
                Figure today = figures.get(key);
                return today == null ? "" : today.value();
            }
            try {
                validate(key, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(prefix + key + ": " + e.getMessage(), e);
            }
            return value;
        }
    }
}
