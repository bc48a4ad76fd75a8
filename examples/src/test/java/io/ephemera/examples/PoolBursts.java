package io.ephemera.examples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.ClientPool;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.PoolLoad;
import io.ephemera.ports.plan.PoolOutcome;
import io.ephemera.ports.plan.PoolPlanner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Bursts of calls by a real client under the hook, in the order that the planner plays them in: a call is answered when as many are
 * under way as can be, the oldest first, and the next one when that one has ended. Nothing waits for time to pass.
 *
 * <p>Started as a program it makes the bursts of the JDK's clients, whose pools have one size for a JVM.
 */
@SuppressWarnings("try") // what it closes may be interrupted
final class PoolBursts implements AutoCloseable {

    static final int BURSTS = 6;
    static final int CALLERS = 12;
    private static final int PATIENCE_SECONDS = 60;
    private static final int FIRST_GIVEN_PORT = 18_000;
    private static final int LAST_GIVEN_PORT = 18_099;
    private static final Duration TIME_WAIT = Duration.ofMinutes(4);

    /**
     * One setting.
     *
     * @param concurrency calls at once
     * @param calls that a connection may carry
     * @param ports there are
     */
    record Setting(ClientPool pool, int concurrency, int calls, int ports) {

        /** Of the default pool of a client, in another size. */
        static Setting of(String client, int size, int concurrency, int calls, int ports) {
            ClientPool sized = ClientCatalogue.entry(client).pool().ofSize(size);
            ClientPool pool = new ClientPool(client, sized.kept(), sized.open(), null, null, null, calls, 1);
            return new Setting(pool, concurrency, calls, ports);
        }

        PoolOutcome planned(int bursts) {
            return PoolPlanner.firstBursts(
                    pool,
                    PoolLoad.bursts(concurrency, concurrency, Duration.ofMillis(1)),
                    new Limits(1_000, TIME_WAIT, Scope.GLOBAL, 1, List.of()),
                    bursts);
        }

        int mostOpen() {
            return Math.min(concurrency, pool.open().perDestination());
        }
    }

    /** What has been: connections opened, and calls that found no port. */
    record Seen(long opened, long refused) {}

    private record Arrived(HttpExchange exchange, CountDownLatch answer) {

        int caller() {
            return Integer.parseInt(exchange.getRequestHeaders().getFirst(PooledClient.CALLER));
        }
    }

    private final Setting setting;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private final Map<Integer, Integer> callsByPort = new ConcurrentHashMap<>();
    private final HttpServer server = listening();
    private final EnforcedPool ports;
    private final PooledClient client;
    private long refused;

    private PoolBursts(Setting setting) throws Exception {
        this.setting = setting;
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        PortPool pool = new PortPool(
                PortRange.parse("20000-" + (19_999 + setting.ports)),
                TIME_WAIT.toNanos(),
                Scope.GLOBAL,
                SelectionOrder.sequential());
        int served = server.getAddress().getPort();
        ports = PortHook.install()
                .enforce(new EnforcedLimits(
                        pool,
                        () -> 1,
                        remote -> remote.port() == served,
                        "no free port",
                        "no free port",
                        null,
                        null,
                        EnforcedLimits.HeldPorts.STOOD_IN_FOR,
                        null));
        client = PooledClient.of(setting.pool, URI.create("http://127.0.0.1:" + served + "/"));
    }

    /**
     * Any port, and where the system has none left to choose from by itself, one of those below its range: right after a run over most
     * of the ports they are in TIME_WAIT.
     */
    private static HttpServer listening() throws IOException {
        for (int port = 0; ; port = port == 0 ? FIRST_GIVEN_PORT : port + 1) {
            try {
                return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            } catch (BindException e) {
                if (port == LAST_GIVEN_PORT) {
                    throw e;
                }
            }
        }
    }

    static Seen play(Setting setting) throws Exception {
        try (PoolBursts bursts = new PoolBursts(setting)) {
            for (int burst = 1; burst <= BURSTS && bursts.refused == 0; burst++) {
                bursts.burst(setting.planned(burst));
            }
            return new Seen(bursts.ports.counts().leases(), bursts.refused);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        int calls = callsByPort.merge(exchange.getRemoteAddress().getPort(), 1, Integer::sum);
        if (calls == setting.calls) {
            callsByPort.remove(exchange.getRemoteAddress().getPort());
            exchange.getResponseHeaders().set("Connection", "close");
        }
        Arrived call = new Arrived(exchange, new CountDownLatch(1));
        arrived.add(call);
        try {
            call.answer.await();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void burst(PoolOutcome planned) throws Exception {
        List<Future<?>> callers = new ArrayList<>();
        for (int caller = 0; caller < setting.concurrency; caller++) {
            int number = caller;
            callers.add(threads.submit(() -> {
                client.call(number);
                return null;
            }));
        }
        List<Arrived> underWay = new ArrayList<>();
        int left = setting.concurrency;
        while (left > 0) {
            awaitUnderWay(underWay, callers, Math.min(left, setting.mostOpen()));
            if (refused > 0) {
                underWay.forEach(call -> call.answer.countDown());
                return;
            }
            Arrived oldest = underWay.remove(0);
            oldest.answer.countDown();
            callers.get(oldest.caller()).get(PATIENCE_SECONDS, SECONDS);
            left--;
        }
        awaitOpen(planned.opened() - planned.closedByClient());
    }

    private void awaitUnderWay(List<Arrived> underWay, List<Future<?>> callers, int planned) throws Exception {
        long until = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        while (underWay.size() + refused < planned) {
            Arrived next = arrived.poll(1, MILLISECONDS);
            if (next != null) {
                underWay.add(next);
            } else if (System.nanoTime() < until) {
                refused = failed(callers);
            } else {
                throw new TimeoutException(setting + ": " + underWay.size() + " calls under way, not " + planned);
            }
        }
    }

    /** Calls that were refused; one that failed otherwise is thrown. */
    private static int failed(List<Future<?>> callers) throws Exception {
        int failed = 0;
        for (Future<?> caller : callers) {
            if (caller.isDone()) {
                try {
                    caller.get();
                } catch (ExecutionException e) {
                    Throwable cause = e;
                    while (!(cause instanceof BindException)) {
                        if (cause.getCause() == null) {
                            throw e;
                        }
                        cause = cause.getCause();
                    }
                    failed++;
                }
            }
        }
        return failed;
    }

    /** Clients close what they do not keep on threads of their own. */
    private void awaitOpen(long planned) {
        long until = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        while (!(ports.snapshot().live() == planned && client.isAtRest()) && System.nanoTime() < until) {
            LockSupport.parkNanos(100_000);
        }
        if (ports.snapshot().live() != planned) {
            throw new IllegalStateException(
                    setting + ": " + ports.snapshot().live() + " connections are open, planned are " + planned);
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
        server.stop(0);
        threads.shutdownNow();
        ports.close();
    }

    /** Reads settings from standard input, {@code client size concurrency calls ports} a line, and prints what it has seen of each. */
    public static void main(String[] arguments) throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                Seen seen = play(Setting.of(
                        words[0],
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]),
                        Integer.parseInt(words[4])));
                System.out.println(seen.opened + " " + seen.refused);
            }
        }
        System.exit(0);
    }
}
