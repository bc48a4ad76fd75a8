package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedGateway;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.PortClock;
import io.ephemera.agent.usage.Destinations;
import io.ephemera.ports.Durations;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.SharedPortPool;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the agent is told on the command line.
 *
 * @param profile the limits, in modelled time
 * @param finishConnectMessage the platform's words where a connect fails when it is finished; {@code null} where it fails at once
 * @param gateway a gateway on the way, in modelled time; {@code null} if there is none
 * @param speedup modelled seconds per wall second
 * @param shared file of the pool that it shares with other JVMs; {@code null}: it has one of its own
 * @param destinations the remote endpoints that count
 * @param application prefixes of the application's classes; empty for all but known libraries
 * @param output where it says what it has seen
 */
public record AgentOptions(
        Profile profile,
        @Nullable String finishConnectMessage,
        @Nullable GatewayLimits gateway,
        double speedup,
        @Nullable Path shared,
        Destinations destinations,
        List<String> application,
        Output output) {

    /**
     * Where the agent says what it has seen.
     *
     * @param report where the report goes at the end: {@link #TO_STDERR}, {@link #NO_REPORT}, or the absolute path of a file
     * @param page loopback port of the page, if there is to be one; 0 for any
     */
    public record Output(String report, OptionalInt page) {}

    static final String TO_STDERR = "stderr";
    private static final String NONE = "none";
    static final String NO_REPORT = NONE;

    private static final int LOWEST_PORT = 1024;
    private static final double HIGHEST_SPEEDUP = 1000;
    private static final int MOST_SEPARATED = 100;

    /**
     * Reads {@code name=value,name=value}.
     *
     * @throws BadOptionException if one is unknown, there twice, or wrong
     */
    public static AgentOptions parse(String text) throws BadOptionException {
        Given given = Given.parse(text);
        Profile profile = given.value(AgentOption.PROFILE, ProfileCatalogue::find);
        profile = profile.withRange(given.valueOr(AgentOption.PORTS, profile.range(), PortRange::parse))
                .withTimeWait(given.valueOr(AgentOption.TIME_WAIT, profile.timeWait(), AgentOptions::timeWait))
                .withScope(given.valueOr(AgentOption.SCOPE, profile.scope(), Scope::parse));
        if (profile.range().firstPort() < LOWEST_PORT) {
            throw given.bad(AgentOption.PORTS, profile.range().toString(), "ports below 1024 need privileges");
        }
        return new AgentOptions(
                profile,
                given.value(AgentOption.PROFILE, ProfileCatalogue::entry).finishConnectMessage(Runtime.version()),
                given.value(AgentOption.GATEWAY, AgentOptions::gateway),
                given.value(AgentOption.SPEEDUP, AgentOptions::speedup),
                given.value(AgentOption.SHARED, AgentOptions::shared),
                given.valueOr(AgentOption.DESTINATIONS, Destinations.ALL, Destinations::parse),
                given.valueOr(AgentOption.APPLICATION, List.of(), AgentOptions::application),
                new Output(
                        given.value(AgentOption.REPORT, AgentOptions::report),
                        given.value(AgentOption.PAGE, AgentOptions::page)));
    }

    /**
     * The limits over a new pool, or over the shared one. An active close keeps a port for TIME_WAIT over the speedup.
     *
     * @param clock the time, on which a modelled second lasts a second over the speedup
     * @throws BadOptionException if there is a shared pool and it can't be joined
     */
    public EnforcedLimits limits(PortClock clock) throws BadOptionException {
        long holdNanos = Math.max(1, Math.round(profile.timeWait().toNanos() / speedup));
        PortPool pool = shared == null
                ? new PortPool(profile.range(), holdNanos, profile.scope(), SelectionOrder.sequential())
                : join(shared, holdNanos, clock.nowNanos());
        return new EnforcedLimits(pool, clock, destinations, profile.connectMessage(), profile.bindMessage())
                .withFinishConnectMessage(finishConnectMessage)
                .withGateway(gateway == null ? null : EnforcedGateway.of(gateway.at(speedup)));
    }

    private PortPool join(Path file, long holdNanos, long nowNanos) throws BadOptionException {
        try {
            return SharedPortPool.open(file, profile.range(), holdNanos, profile.scope(), mainClass(), nowNanos);
        } catch (IllegalArgumentException e) {
            throw new BadOptionException("shared=" + file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new BadOptionException(
                    "shared=" + file + ": that file can't be opened: " + e + " (" + AgentOption.SHARED.meaning() + ")");
        }
    }

    /** What this JVM runs, or the name of its jar. */
    private static String mainClass() {
        String command = System.getProperty("sun.java.command", "").split(" ", 2)[0];
        return command.isEmpty() ? "a JVM" : command.substring(command.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        String scope = ", scope " + profile.scope();
        String faster = speedup == 1
                ? ""
                : ", speedup "
                        + BigDecimal.valueOf(speedup).stripTrailingZeros().toPlainString()
                        + " (times and rates are modelled)";
        String behind = gateway == null
                ? ""
                : ", behind a gateway of " + gateway.range().size() + " ports for "
                        + Durations.format(Duration.ofNanos(gateway.holdNanos()));
        return profile + scope + behind + faster + (shared == null ? "" : ", shared through " + shared);
    }

    private static @Nullable GatewayLimits gateway(String text) {
        return text.equals(NONE) ? null : GatewayLimits.parse(text);
    }

    private static @Nullable Path shared(String text) {
        try {
            if (!text.isEmpty()) {
                return text.equals(NONE) ? null : Path.of(text).toAbsolutePath();
            }
        } catch (InvalidPathException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("a file in a folder that exists, or none");
    }

    private static Duration timeWait(String text) {
        Duration duration = Durations.parse(text);
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException("at least 1ms, like 240s");
        }
        return duration;
    }

    private static double speedup(String text) {
        try {
            double number = Double.parseDouble(text);
            if (number >= 1 && number <= HIGHEST_SPEEDUP) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("a speedup is a number from 1 to 1000");
    }

    private static List<String> application(String text) {
        List<String> prefixes = List.of(text.split("\\+", MOST_SEPARATED));
        for (String prefix : prefixes) {
            if (!prefix.matches("[\\p{javaJavaIdentifierPart}.]+")) {
                throw new IllegalArgumentException("prefixes of class names with + between them, like com.acme.");
            }
        }
        return prefixes;
    }

    private static String report(String text) {
        if (text.equals(TO_STDERR) || text.equals(NO_REPORT)) {
            return text;
        }
        try {
            Path file = Path.of(text).toAbsolutePath();
            Path folder = file.getParent();
            if (!text.isEmpty() && folder != null && Files.isDirectory(folder) && !Files.isDirectory(file)) {
                return file.toString();
            }
        } catch (InvalidPathException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException("stderr, none, or a file in a folder that exists");
    }

    private static OptionalInt page(String text) {
        if (text.equals(NONE)) {
            return OptionalInt.empty();
        }
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65_535) {
            return OptionalInt.of(Integer.parseInt(text));
        }
        throw new IllegalArgumentException("a port from 0 to 65535, or none");
    }

    /** The options as written. */
    private record Given(Map<AgentOption, String> values) {

        static Given parse(String text) throws BadOptionException {
            Map<AgentOption, String> values = new EnumMap<>(AgentOption.class);
            for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
                int equals = part.indexOf('=');
                String key =
                        equals < 0 ? part.strip() : part.substring(0, equals).strip();
                AgentOption option = AgentOption.named(key)
                        .orElseThrow(() -> new BadOptionException(
                                (key.isEmpty() ? "an empty option" : key + ": no such option") + "; there are "
                                        + AgentOption.names() + ", written name=value with commas between"));
                if (equals < 0) {
                    throw new BadOptionException(key + " has no value; " + option.meaning());
                }
                if (values.put(option, part.substring(equals + 1).strip()) != null) {
                    throw new BadOptionException(key + " is given twice");
                }
            }
            return new Given(values);
        }

        <T> T valueOr(AgentOption option, T otherwise, Function<String, T> parser) throws BadOptionException {
            return values.containsKey(option) ? value(option, parser) : otherwise;
        }

        <T extends @Nullable Object> T value(AgentOption option, Function<String, T> parser) throws BadOptionException {
            String text = values.getOrDefault(option, option.defaultText());
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw bad(option, text, String.valueOf(e.getMessage()));
            }
        }

        BadOptionException bad(AgentOption option, String value, String right) {
            return new BadOptionException(option.key() + "=" + value + ": "
                    + right.lines().findFirst().orElse(right) + " (" + option.meaning() + ")");
        }
    }
}
