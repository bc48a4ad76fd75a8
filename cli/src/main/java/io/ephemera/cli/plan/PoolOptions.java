package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.ClientPool;
import io.ephemera.ports.plan.ClientPool.Bounds;
import io.ephemera.ports.plan.PoolLoad;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The connection pool of the client. */
final class PoolOptions {

    private static final int MOST_CALLERS = 100_000;
    private static final String RANDOM = "random:";

    @Option(
            names = "--client",
            paramLabel = "NAME|FILE",
            description = "plan the connection pool of this client: jdk-httpclient, httpurlconnection, okhttp,"
                    + " apache-classic, apache-async, reactor-netty, jetty, go, dotnet, node, or a properties file")
    private @Nullable String client;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "calls that start at the same moment, again and again: the worst a pool can meet; default 1")
    private @Nullable String concurrency;

    @Option(
            names = "--arrivals",
            paramLabel = "random:SEED",
            description = "calls start at random instead, independent of each other; with --service-time")
    private @Nullable String arrivals;

    @Option(
            names = "--kept",
            paramLabel = "N",
            description = "idle connections that the pool keeps to a destination; default: the client's")
    private @Nullable String kept;

    @Option(
            names = "--kept-in-all",
            paramLabel = "N",
            description = "the same over all destinations; default: the client's")
    private @Nullable String keptInAll;

    @Option(
            names = "--most-open",
            paramLabel = "N",
            description =
                    "connections to a destination that may be open, beyond which calls wait; default: the client's")
    private @Nullable String mostOpen;

    @Option(
            names = "--client-idle",
            paramLabel = "TIME",
            description = "the client closes a connection that was idle for so long; default: the client's")
    private @Nullable String clientIdle;

    @Option(
            names = "--server-idle",
            paramLabel = "TIME",
            description = "the server closes a connection that was idle for so long; default never")
    private @Nullable String serverIdle;

    @Option(
            names = "--connection-life",
            paramLabel = "TIME",
            description = "the client closes a connection that is so old; default: the client's")
    private @Nullable String connectionLife;

    @Option(
            names = "--calls-per-connection",
            paramLabel = "N",
            description = "calls that a connection may carry before it is closed; default: the client's")
    private @Nullable String callsPerConnection;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description = "calls that a connection carries at once, with HTTP/2; default 1")
    private @Nullable String streams;

    /** Whether a pool is to be planned. */
    boolean isGiven() {
        return Stream.of(
                        client,
                        concurrency,
                        arrivals,
                        kept,
                        keptInAll,
                        mostOpen,
                        clientIdle,
                        serverIdle,
                        connectionLife,
                        callsPerConnection,
                        streams)
                .anyMatch(given -> given != null);
    }

    /** The client; {@code null} where none is named, and only what is given counts. */
    ClientCatalogue.@Nullable Entry entry() {
        return Values.parse("--client", client, ClientCatalogue::entry);
    }

    ClientPool pool() {
        ClientCatalogue.Entry entry = entry();
        ClientPool own = entry == null
                ? new ClientPool("a client", Bounds.NONE, Bounds.NONE, null, null, null, ClientPool.UNLIMITED, 1)
                : entry.pool();
        return new ClientPool(
                own.name(),
                new Bounds(
                        number("--kept", kept, 0, own.kept().perDestination()),
                        number("--kept-in-all", keptInAll, 0, own.kept().inAll())),
                new Bounds(
                        number("--most-open", mostOpen, 1, own.open().perDestination()),
                        own.open().inAll()),
                time("--client-idle", clientIdle, own.idleTimeout()),
                time("--server-idle", serverIdle, own.serverIdleTimeout()),
                time("--connection-life", connectionLife, own.life()),
                number("--calls-per-connection", callsPerConnection, 1, own.callsPerConnection()),
                number("--streams", streams, 1, own.streams()));
    }

    private static int number(String option, @Nullable String text, int least, int own) {
        return text == null ? own : Values.parseGiven(option, text, given -> ClientCatalogue.bound(given, least));
    }

    private static @Nullable Duration time(String option, @Nullable String text, @Nullable Duration own) {
        if (text == null) {
            return own;
        }
        return text.strip().equals("never") ? null : Values.parseGiven(option, text, Values::duration);
    }

    PoolLoad load(double callsPerSecond, @Nullable Duration serviceTime, int destinations) {
        Duration service = serviceTime == null ? Duration.ZERO : serviceTime;
        if (arrivals == null) {
            int callers = concurrency == null
                    ? 1
                    : Values.parseGiven(
                            "--concurrency", concurrency, text -> (int) Values.whole(text, 1, MOST_CALLERS));
            return new PoolLoad(callsPerSecond, callers, service, destinations, null);
        }
        if (concurrency != null) {
            throw new BadInputException(
                    "--concurrency", concurrency, "of random arrivals it follows from --rate and --service-time");
        }
        if (serviceTime == null) {
            throw new BadInputException("--arrivals", arrivals, "give the --service-time of a call, like 200ms");
        }
        long seed = Values.parseGiven("--arrivals", arrivals, PoolOptions::seed);
        return new PoolLoad(callsPerSecond, 1, service, destinations, seed);
    }

    private static long seed(String text) {
        String number = text.startsWith(RANDOM) ? text.substring(RANDOM.length()) : "";
        if (!number.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("random: and a seed, like random:1");
        }
        return Long.parseLong(number);
    }
}
