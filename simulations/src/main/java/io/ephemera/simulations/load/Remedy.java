package io.ephemera.simulations.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
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
    MAX_USER_PORT(
            "MaxUserPort=65534",
            "the registry value of that name: ports from 1024 to 65534",
            Aspect.PORTS,
            "MaxUserPort=65534"),
    /** A shorter TIME_WAIT, on Windows. */
    TCP_TIMED_WAIT_DELAY(
            "TcpTimedWaitDelay=30",
            "the registry value of that name: TIME_WAIT lasts 30 s",
            Aspect.TIME_WAIT,
            "TcpTimedWaitDelay=30"),
    /** Ports that the program counts itself. */
    BIND_CORRECT(
            "bind-correct",
            "the program binds the local port itself, in turn from 5001 to 65534 (BindIPEndPointDelegate, counted right)",
            Aspect.PORTS),
    /** The same, counted with the bug of the sample code. */
    BIND_BUGGY(
            "bind-buggy",
            "the program binds the local port itself, counted as the sample code of BindIPEndPointDelegate does: its counter"
                    + " steps past 65534, and then every call fails",
            Aspect.PORTS),
    /** Fewer TIME_WAITs, on Linux. */
    TCP_MAX_TW_BUCKETS(
            "tcp_max_tw_buckets",
            "net.ipv4.tcp_max_tw_buckets=N: while N ports are in TIME_WAIT, none is added, and a port comes back at its close"
                    + " (ip-sysctl: \"you must not lower the limit artificially\")",
            Aspect.OCCUPANCY),
    /** Ports in TIME_WAIT taken again, on Linux. */
    TCP_TW_REUSE(
            "tcp_tw_reuse",
            "net.ipv4.tcp_tw_reuse=1: a port in TIME_WAIT is taken again after 1 s, where both sides send timestamps",
            Aspect.TIME_WAIT,
            "net.ipv4.tcp_tw_reuse=1"),
    /** A connection for each user. */
    KEEP_ALIVE("keep-alive", "each user keeps a connection of its own for all its calls", ConnectionUse.KEPT_FOR_USER),
    /** A connection pool. */
    SHARED_CONNECTIONS(
            "shared-connections", "connections are kept open and shared by all callers", ConnectionUse.SHARED),
    /** A connection pool whose connections are logged in. */
    UNSAFE_AUTHENTICATED_SHARING(
            "unsafe-authenticated-sharing",
            "connections that NTLM logged in are shared by all callers, as whoever logged them in",
            ConnectionUse.SHARED),
    /** Streams in place of connections. */
    HTTP2("http2", "all calls are streams of one HTTP/2 connection, over TLS", ConnectionUse.MULTIPLEXED),
    /** TIME_WAIT on the other side. */
    SERVER_CLOSES_FIRST(
            "server-closes-first",
            "the server closes each connection first, so that TIME_WAIT is the server's",
            ConnectionUse.CLOSED_BY_SERVER),
    /** No TIME_WAIT at all. */
    ABORTIVE_CLOSE(
            "abortive-close",
            "the client closes with SO_LINGER 0, a RST in place of a FIN, and nobody has a TIME_WAIT",
            ConnectionUse.CLOSED_ABORTIVELY),
    /** More local addresses. */
    SEVERAL_SOURCES(
            "several-sources",
            "connections are bound to several local addresses in turn, as many as ephemera.addresses says",
            Aspect.ADDRESSES),
    /** More remote endpoints. */
    SEVERAL_DESTINATIONS(
            "several-destinations",
            "calls go to several remote endpoints in turn, as many as ephemera.addresses says",
            Aspect.ADDRESSES),
    /** Several engines, of {@code MonitoringEngine}. */
    SPLIT_ENGINES(
            "split-engines",
            "the devices are shared out over several engines, each on a machine of its own",
            Aspect.LOAD),
    /** A longer interval, of {@code MonitoringEngine}. */
    LONGER_INTERVAL("longer-interval", "devices are polled less often", Aspect.LOAD),
    /** Retries, which are none: of {@code Migration}. */
    RETRIES("retries", "a record is pushed again until it has arrived, however often it fails", Aspect.LOAD),
    /** A slower migration. */
    PACING("pacing", "calls are made no faster than ports come back", Aspect.LOAD),
    /** Fewer calls, of {@code Migration}. */
    BATCHING("batching", "ten records are pushed by one call", Aspect.LOAD),
    /** No leak, of {@code Leak}. */
    CLOSE_CONNECTIONS("close-connections", "every connection is closed when its answer has been read", Aspect.LOAD);

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
    private final String meaning;
    private final Aspect aspect;
    private final @Nullable String profileRemedy;
    private final @Nullable ConnectionUse connections;

    /** Of the load, or of which addresses and ports there are. */
    Remedy(String text, String meaning, Aspect aspect) {
        this(text, meaning, aspect, null, null);
    }

    /** Of a platform's limits, by the name that its profile has for it. */
    Remedy(String text, String meaning, Aspect aspect, String profileRemedy) {
        this(text, meaning, aspect, profileRemedy, null);
    }

    /** Of how connections are used. */
    Remedy(String text, String meaning, ConnectionUse connections) {
        this(text, meaning, Aspect.CONNECTIONS, null, connections);
    }

    Remedy(
            String text,
            String meaning,
            Aspect aspect,
            @Nullable String profileRemedy,
            @Nullable ConnectionUse connections) {
        this.text = text;
        this.meaning = meaning;
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
        throw new IllegalArgumentException("a remedy is " + names(EnumSet.allOf(Remedy.class)));
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
            String stripped = part.strip();
            if (stripped.equals(TCP_MAX_TW_BUCKETS.text)) {
                return DEFAULT_BUCKETS;
            }
            if (stripped.startsWith(TCP_MAX_TW_BUCKETS.text + "=")) {
                try {
                    int most = Integer.parseInt(stripped.substring(TCP_MAX_TW_BUCKETS.text.length() + 1));
                    if (most >= 1) {
                        return most;
                    }
                } catch (NumberFormatException e) {
                    // Said below, with what would be right.
                }
                throw new IllegalArgumentException("tcp_max_tw_buckets is a whole number from 1 on, like 8192");
            }
        }
        return null;
    }

    /** What it does, in one sentence without a full stop. */
    public String meaning() {
        return meaning;
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
