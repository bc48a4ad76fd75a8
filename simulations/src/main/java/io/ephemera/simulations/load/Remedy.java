package io.ephemera.simulations.load;

import io.ephemera.ports.Numbers;
import io.ephemera.ports.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about exhaustion, each by the name that {@code ephemera.remedy} takes. A run with a remedy is measured against
 * the same load as the plain one. {@code docs/remedies.md} has what each buys, and what it risks.
 */
public enum Remedy {
    /** More ports, on classic Windows. */
    MAX_USER_PORT("MaxUserPort=65534", Aspect.PORTS, "MaxUserPort=65534"),
    /** A shorter TIME_WAIT, on Windows. */
    TCP_TIMED_WAIT_DELAY("TcpTimedWaitDelay=30", Aspect.TIME_WAIT, "TcpTimedWaitDelay=30"),
    /** Ports that the program counts itself, as {@code BindIPEndPointDelegate} does: from 5001 to 65534 in turn. */
    BIND_CORRECT("bind-correct", Aspect.PORTS),
    /** The same, counted with the bug of the sample code: the counter steps past 65534, and then every call fails. */
    BIND_BUGGY("bind-buggy", Aspect.PORTS),
    /** At most so many TIME_WAITs, on Linux: what closes beyond them gives its port back at once. */
    TCP_MAX_TW_BUCKETS("tcp_max_tw_buckets", Aspect.OCCUPANCY),
    /** Ports in TIME_WAIT taken again after 1 s, on Linux, where both sides send timestamps. */
    TCP_TW_REUSE("tcp_tw_reuse", Aspect.TIME_WAIT, "net.ipv4.tcp_tw_reuse=1"),
    /** A connection for each user. */
    KEEP_ALIVE("keep-alive", ConnectionUse.KEPT_FOR_USER),
    /** A connection pool. */
    SHARED_CONNECTIONS("shared-connections", ConnectionUse.SHARED),
    /** A connection pool whose connections are logged in by NTLM: all callers are who logged them in. */
    UNSAFE_AUTHENTICATED_SHARING("unsafe-authenticated-sharing", ConnectionUse.SHARED),
    /** Streams of one connection in place of connections, over TLS. */
    HTTP2("http2", ConnectionUse.MULTIPLEXED),
    /** TIME_WAIT on the other side. */
    SERVER_CLOSES_FIRST("server-closes-first", ConnectionUse.CLOSED_BY_SERVER),
    /** No TIME_WAIT at all: {@code SO_LINGER} 0, a RST in place of a FIN. */
    ABORTIVE_CLOSE("abortive-close", ConnectionUse.CLOSED_ABORTIVELY),
    /** More local addresses, as many as {@code ephemera.addresses} says. */
    SEVERAL_SOURCES("several-sources", Aspect.ADDRESSES),
    /** More remote endpoints, as many as {@code ephemera.addresses} says. */
    SEVERAL_DESTINATIONS("several-destinations", Aspect.ADDRESSES),
    /** Several engines, each on a machine of its own, of {@code MonitoringEngine}. */
    SPLIT_ENGINES("split-engines", Aspect.LOAD),
    /** A longer interval, of {@code MonitoringEngine}. */
    LONGER_INTERVAL("longer-interval", Aspect.LOAD),
    /** Retries, which are none: of {@code Migration}. */
    RETRIES("retries", Aspect.LOAD),
    /** Calls no faster than ports come back, of {@code Migration}. */
    PACING("pacing", Aspect.LOAD),
    /** Ten records by one call, of {@code Migration}. */
    BATCHING("batching", Aspect.LOAD),
    /** No leak, of {@code Leak}. */
    CLOSE_CONNECTIONS("close-connections", Aspect.LOAD);

    /** What a remedy changes. Two that change the same exclude each other. */
    public enum Aspect {
        /** Which ports there are. */
        PORTS,
        /** How long a port is held. */
        TIME_WAIT,
        /** How many ports are held at once. */
        OCCUPANCY,
        /** How connections are used, and how they end. */
        CONNECTIONS,
        /** Between which addresses connections are. */
        ADDRESSES,
        /** How much a scenario does, and when. */
        LOAD
    }

    /** Those of a client that makes calls to one web service. */
    public static final Set<Remedy> OF_CALLS = Arrays.stream(values())
            .filter(remedy -> remedy.aspect != Aspect.LOAD)
            .collect(Collectors.toUnmodifiableSet());

    private final String text;
    private final Aspect aspect;
    private final @Nullable String profileRemedy;
    private final @Nullable ConnectionUse connections;

    Remedy(String text, Aspect aspect) {
        this(text, aspect, null, null);
    }

    /** Of a platform's limits, by the name that its profile has for it. */
    Remedy(String text, Aspect aspect, String profileRemedy) {
        this(text, aspect, profileRemedy, null);
    }

    Remedy(String text, ConnectionUse connections) {
        this(text, Aspect.CONNECTIONS, null, connections);
    }

    Remedy(String text, Aspect aspect, @Nullable String profileRemedy, @Nullable ConnectionUse connections) {
        this.text = text;
        this.aspect = aspect;
        this.profileRemedy = profileRemedy;
        this.connections = connections;
    }

    /**
     * Reads remedies as they are written in settings, with commas between them.
     *
     * @return at least one, in the order in which they were given
     * @throws IllegalArgumentException if there is no such remedy, one is given twice, or two exclude each other
     */
    public static List<Remedy> parse(String text) {
        List<Remedy> remedies = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Remedy remedy = named(part.strip());
            for (Remedy other : remedies) {
                if (other == remedy) {
                    throw new IllegalArgumentException(remedy + " is there twice; give it once");
                }
                if (remedy.aspect == other.aspect) {
                    throw new IllegalArgumentException(
                            other + " and " + remedy + " exclude each other, since both change the same; give one");
                }
            }
            remedies.add(remedy);
        }
        return List.copyOf(remedies);
    }

    private static Remedy named(String text) {
        for (Remedy remedy : values()) {
            if (remedy.text.equals(text)) {
                return remedy;
            }
        }
        if (text.startsWith(TCP_MAX_TW_BUCKETS.text + "=")) {
            return TCP_MAX_TW_BUCKETS;
        }
        List<String> names = Arrays.stream(values()).map(Remedy::toString).toList();
        throw new IllegalArgumentException(
                Spelling.suggestion(text, names) + "a remedy is " + String.join(", ", names));
    }

    /** Names of remedies, with commas between them, as settings take them. */
    public static String names(Set<Remedy> remedies) {
        return Arrays.stream(values())
                .filter(remedies::contains)
                .map(Remedy::toString)
                .collect(Collectors.joining(", "));
    }

    /** Ports in TIME_WAIT at once, at most, unless the setting says otherwise: what tuning guides suggest. */
    public static final int DEFAULT_BUCKETS = 8192;

    /**
     * How many ports are in TIME_WAIT at once at most, of remedies as they are written in settings.
     *
     * @return {@code null} if {@link #TCP_MAX_TW_BUCKETS} is not among them
     * @throws IllegalArgumentException if it is no whole number above 0
     */
    public static @Nullable Integer mostTimeWait(String text) {
        for (String part : text.split(",", -1)) {
            String[] nameAndMost = part.strip().split("=", 2);
            if (nameAndMost[0].equals(TCP_MAX_TW_BUCKETS.text)) {
                return nameAndMost.length == 1 ? Integer.valueOf(DEFAULT_BUCKETS) : positive(nameAndMost[1]);
            }
        }
        return null;
    }

    private static Integer positive(String text) {
        String right = "tcp_max_tw_buckets is a whole number from 1 on, like 8192";
        return (int) Numbers.whole(text, 1, Integer.MAX_VALUE, right);
    }

    /** What it changes. */
    public Aspect aspect() {
        return aspect;
    }

    /** Name of the change among the remedies of a profile; {@code null} if it does not change the platform's limits. */
    public @Nullable String profileRemedy() {
        return profileRemedy;
    }

    /**
     * What becomes of a pattern.
     *
     * @throws IllegalArgumentException if that pattern can't have this remedy, or has it already
     */
    public Pattern applyTo(Pattern pattern) {
        if (connections == null) {
            return pattern;
        }
        if (pattern.connections() == connections) {
            throw new IllegalArgumentException("pattern " + pattern + " is that already; leave it out");
        }
        boolean bound = pattern.login() == Login.NTLM;
        if (connections == ConnectionUse.SHARED && bound != (this == UNSAFE_AUTHENTICATED_SHARING)) {
            throw new IllegalArgumentException(
                    bound
                            ? "NTLM logs in the connection, not the request: give " + UNSAFE_AUTHENTICATED_SHARING
                                    + ", and mind what is unsafe about it"
                            : "pattern " + pattern + " logs in no connection; give " + SHARED_CONNECTIONS);
        }
        return pattern.with(connections)
                .orElseThrow(() -> new IllegalArgumentException("pattern " + pattern + " can't have it; leave it out"));
    }

    /** As it is written in settings and results. */
    @Override
    public String toString() {
        return text;
    }
}
