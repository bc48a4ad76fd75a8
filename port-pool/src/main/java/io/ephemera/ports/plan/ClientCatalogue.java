package io.ephemera.ports.plan;

import io.ephemera.ports.Durations;
import io.ephemera.ports.Figure;
import io.ephemera.ports.Numbers;
import io.ephemera.ports.TextFile;
import io.ephemera.ports.plan.ClientPool.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pools of real clients as they are by default, each figure with its source. The figures are in {@code clients/}. */
public final class ClientCatalogue {

    private static final List<String> NAMES = List.of(
            "jdk-httpclient",
            "httpurlconnection",
            "okhttp",
            "apache-classic",
            "apache-async",
            "reactor-netty",
            "jetty",
            "go",
            "dotnet",
            "node");

    private static final String UNLIMITED = "unlimited";
    private static final String NEVER = "never";
    private static final List<String> BOUNDS =
            List.of("keptPerDestination", "keptInAll", "openPerDestination", "openInAll", "callsPerConnection");
    private static final List<String> TIMES = List.of("idleTimeout", "life");

    private ClientCatalogue() {}

    /**
     * A client.
     *
     * @param name short name
     * @param client the client and its pool, in words
     * @param setting how the size of its pool is set, with <code>{n}</code> for it
     * @param figures each figure by its key, in a fixed order
     * @param pool as it is by default, over HTTP/1.1, towards a server that closes nothing
     */
    public record Entry(String name, String client, String setting, Map<String, Figure> figures, ClientPool pool) {

        /** The setting for a size. */
        public String setting(int size) {
            return setting.replace("{n}", String.valueOf(size));
        }
    }

    /** The names in the catalogue. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Finds a client by its name in the catalogue, or reads it from a properties file.
     *
     * @throws IllegalArgumentException if it is neither, or the file is none of a client; the message says what would be right
     */
    public static Entry entry(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return parse(builtIn(nameOrFile));
        }
        try {
            Path file = Path.of(nameOrFile);
            if (Files.isRegularFile(file)) {
                return parse(TextFile.read(file));
            }
        } catch (InvalidPathException e) {
            // Said below, with what would be right.
        } catch (IOException e) {
            throw new IllegalArgumentException("the file can't be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                "no client and no file has this name; the catalogue has " + String.join(", ", NAMES));
    }

    static String builtIn(String name) {
        try (InputStream stream = ClientCatalogue.class.getResourceAsStream("clients/" + name + ".properties")) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if a key is missing, unknown or out of range; the message names it */
    static Entry parse(String text) {
        Properties given = new Properties();
        try {
            given.load(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Set<String> unread = new TreeSet<>(given.stringPropertyNames());
        String name = required(given, "name", unread);
        String client = required(given, "client", unread);
        String setting = required(given, "setting", unread);
        Map<String, Figure> figures = new LinkedHashMap<>();
        BOUNDS.forEach(key -> figures.put(key, figure(given, key, unread)));
        TIMES.forEach(key -> figures.put(key, figure(given, key, unread)));
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(unread.iterator().next() + ": no such key of a client; it has name,"
                    + " client, setting, " + String.join(", ", BOUNDS) + ", " + String.join(", ", TIMES)
                    + ", and a .source for each of these");
        }
        ClientPool pool = new ClientPool(
                name,
                new Bounds(bound(figures, "keptPerDestination", 0), bound(figures, "keptInAll", 0)),
                new Bounds(bound(figures, "openPerDestination", 1), bound(figures, "openInAll", 1)),
                time(figures, "idleTimeout"),
                null,
                time(figures, "life"),
                bound(figures, "callsPerConnection", 1),
                1);
        return new Entry(name, client, setting, figures, pool);
    }

    private static Figure figure(Properties given, String key, Set<String> unread) {
        List<Figure> alternatives = new ArrayList<>();
        for (int number = 1; given.containsKey(key + ".alternative." + number); number++) {
            alternatives.add(one(given, key + ".alternative." + number, unread, List.of()));
        }
        return one(given, key, unread, alternatives);
    }

    private static Figure one(Properties given, String key, Set<String> unread, List<Figure> alternatives) {
        String value = required(given, key, unread);
        String source = required(given, key + ".source", unread);
        String checked = optional(given, key + ".checked", unread);
        String holdsFor = optional(given, key + ".holdsFor", unread);
        try {
            LocalDate day = checked == null || checked.equals("no") ? null : LocalDate.parse(checked);
            return new Figure(value, source, holdsFor, day, alternatives);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(key + ".checked: a day like 2026-12-01, or no, not " + checked, e);
        }
    }

    private static @Nullable String optional(Properties given, String key, Set<String> unread) {
        unread.remove(key);
        String value = given.getProperty(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static String required(Properties given, String key, Set<String> unread) {
        String value = optional(given, key, unread);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }

    /**
     * Reads a number of connections or calls.
     *
     * @throws IllegalArgumentException if it is neither a number from {@code least} to 1,000,000 nor {@code unlimited}
     */
    public static int bound(String text, int least) {
        return text.equals(UNLIMITED)
                ? ClientPool.UNLIMITED
                : (int) Numbers.whole(
                        text, least, 1_000_000, "a whole number from " + least + " to 1000000, or " + UNLIMITED);
    }

    /**
     * Reads a time.
     *
     * @return {@code null} for {@code never}
     * @throws IllegalArgumentException if it is neither a duration above 0 nor {@code never}
     */
    public static @Nullable Duration time(String text) {
        if (text.equals(NEVER)) {
            return null;
        }
        Duration time = Durations.parse(text);
        if (time.isZero()) {
            throw new IllegalArgumentException("more than 0, like 30s, or " + NEVER);
        }
        return time;
    }

    private static int bound(Map<String, Figure> figures, String key, int least) {
        return named(key, figures, value -> bound(value, least));
    }

    private static @Nullable Duration time(Map<String, Figure> figures, String key) {
        return named(key, figures, ClientCatalogue::time);
    }

    private static <T extends @Nullable Object> T named(
            String key, Map<String, Figure> figures, Function<String, T> parser) {
        String value = Objects.requireNonNull(figures.get(key)).value();
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + "=" + value + ": " + e.getMessage(), e);
        }
    }
}
