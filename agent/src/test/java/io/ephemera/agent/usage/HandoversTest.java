package io.ephemera.agent.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.CrmClient;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseListener.Handover;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.UnusedPorts;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All that is not in {@code com.acme} stands for a client library here. */
@Timeout(60)
@DisplayName("Where a library connects on a thread of its own")
class HandoversTest {

    private static final String CALLER = "CrmClient.pull -> ";

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final PortUsage usage;
    private final EnforcedPool enforced;

    HandoversTest() throws Exception {
        EnforcedLimits limits = new EnforcedLimits(
                new PortPool(UnusedPorts.inARow(9), 1, Scope.GLOBAL, SelectionOrder.sequential()),
                () -> 1,
                remote -> remote.port() == server.getLocalPort(),
                "refused",
                "refused");
        usage = new PortUsage(limits, 1, new CallSites(List.of("com.acme.")));
        enforced = PortHook.install().enforce(limits, usage);
    }

    @AfterEach
    void end() throws IOException {
        enforced.close();
        server.close();
    }

    private Void connect(SocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return null;
        }
    }

    private Runnable connecting(SocketAddress address) {
        return () -> {
            try {
                connect(address);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private SocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private static <T> T get(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Runs what is put into its queue, as a library's own thread pool does, of which the JDK sees nothing. */
    private static Consumer<FutureTask<?>> ownThread() {
        BlockingQueue<FutureTask<?>> queue = new LinkedBlockingQueue<>();
        daemon(() -> {
            while (true) {
                queue.take().run();
            }
        });
        return queue::add;
    }

    /** Runs what is put into its queue, when it is woken, as event loops do. */
    private static Consumer<FutureTask<?>> eventLoop() throws IOException {
        Selector selector = Selector.open();
        ConcurrentLinkedQueue<FutureTask<?>> queue = new ConcurrentLinkedQueue<>();
        daemon(() -> {
            while (true) {
                selector.select();
                for (FutureTask<?> task = queue.poll(); task != null; task = queue.poll()) {
                    task.run();
                }
            }
        });
        return task -> {
            queue.add(task);
            selector.wakeup();
        };
    }

    private static void daemon(Callable<Void> loop) {
        Thread thread = new Thread(new FutureTask<>(loop), "library-1");
        thread.setDaemon(true);
        thread.start();
    }

    private <T> T on(Consumer<FutureTask<?>> thread, Callable<T> call) throws IOException {
        FutureTask<T> task = new FutureTask<>(call);
        thread.accept(task);
        return get(task);
    }

    private String latest() {
        List<UsageReport.Opener> rows = usage.report(enforced).openers().rows();
        assertEquals(1, rows.size(), rows::toString);
        return rows.get(0).toString();
    }

    private void tells(String expected) {
        assertEquals(expected + "localhost:" + server.getLocalPort(), latest());
    }

    enum Way {
        ADDRESS,
        TASK,
        TASK_OF_TASK,
        CHANNEL_OF_TASK,
        FORK_JOIN_TASK,
        THREAD,
        SELECTOR,
        TASK_OF_SELECTOR;

        boolean isGuess() {
            return this == SELECTOR || this == TASK_OF_SELECTOR;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the report has the application's frame that handed the work over, and says where that is a guess")
    void handedOver(Way way) throws Exception {
        usage.followHandovers();
        Consumer<FutureTask<?>> other = way.isGuess() ? eventLoop() : ownThread();
        ExecutorService executor = way == Way.THREAD ? threadForEachTask() : Executors.newFixedThreadPool(1);
        SocketAddress early = address();
        CrmClient.pull(() -> {
            switch (way) {
                case ADDRESS -> {
                    SocketAddress late = address();
                    on(other, () -> connect(late));
                }
                case TASK, THREAD -> get(executor.submit(() -> connect(early)));
                case TASK_OF_TASK ->
                    get(executor.submit(() -> {
                        SocketAddress late = address();
                        return on(other, () -> connect(late));
                    }));
                case CHANNEL_OF_TASK -> {
                    SocketChannel channel = get(executor.submit(() -> SocketChannel.open()));
                    on(other, () -> channel.connect(early));
                    channel.close();
                }
                case FORK_JOIN_TASK -> get(CompletableFuture.runAsync(connecting(early), new ForkJoinPool(1)));
                case SELECTOR -> on(other, () -> connect(early));
                case TASK_OF_SELECTOR -> on(other, () -> get(executor.submit(() -> connect(early))));
            }
        });
        tells(way.isGuess() ? "CrmClient.pull (a guess: it woke the event loop last) -> " : CALLER);
        executor.shutdown();
    }

    private static ExecutorService threadForEachTask() throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() >= 21, "this machine lacks: virtual threads (JDK 21)");
        return (ExecutorService) Objects.requireNonNull(
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    }

    @Test
    @DisplayName(
            "nothing is looked at until a connection is seen of which nobody tells, and from the next one on it is")
    void begins() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        SocketAddress address = address();
        assertEquals(false, usage.followsHandovers());
        CrmClient.push(() -> connect(address));
        assertEquals(false, usage.followsHandovers());
        CrmClient.pull(() -> get(executor.submit(() -> connect(address))));
        assertEquals(true, usage.followsHandovers());
        CrmClient.pull(() -> get(executor.submit(() -> connect(address))));
        List<String> sites = usage.report(enforced).openers().rows().stream()
                .map(row -> row.site().toString())
                .sorted()
                .toList();
        assertEquals(3, sites.size(), sites::toString);
        assertEquals(List.of("CrmClient.pull", "CrmClient.push"), sites.subList(0, 2));
        assertTrue(sites.get(2).startsWith("HandoversTest.connect on thread "), sites.get(2));
        executor.shutdown();
    }

    private final Handovers handovers = new Handovers();
    private final CallSite caller = CallSite.of("com.acme.CrmClient", "pull", "");

    @Test
    @DisplayName("work that is done is forgotten, and an address is good for one connection")
    void forgotten() {
        Object address = new Object();
        handovers.handedOver(Handover.ADDRESS, address, caller);
        handovers.takenUp(Handover.ADDRESS, address);
        assertEquals(caller, handovers.connecting(null));
        assertNull(handovers.connecting(null));
        handovers.takenUp(Handover.ADDRESS, address);
        assertNull(handovers.connecting(null));
        handovers.handedOver(Handover.ADDRESS, address, caller);
        handovers.takenUp(Handover.TASK, address);
        assertEquals(caller, handovers.connecting(null));
        handovers.takenUp(Handover.TASK, new Object());
        assertNull(handovers.connecting(null));
    }

    @Test
    @DisplayName("an event loop works for whoever woke it last, and for nobody where that one is not known")
    void lastOne() {
        Object loop = new Object();
        handovers.handedOver(Handover.SELECTOR, loop, caller);
        handovers.handedOver(Handover.SELECTOR, loop, null);
        handovers.takenUp(Handover.SELECTOR, loop);
        assertNull(handovers.connecting(null));
        handovers.handedOver(Handover.SELECTOR, loop, caller);
        handovers.takenUp(Handover.SELECTOR, loop);
        assertEquals(caller.guessed(), handovers.connecting(null));
        handovers.takenUp(Handover.SELECTOR, loop);
        assertEquals(caller.guessed(), handovers.connecting(null));
    }

    @Test
    @DisplayName("work that nobody takes up is not kept from the garbage collector")
    void collected() {
        WeakReference<Object> work = new WeakReference<>(new Object());
        handovers.handedOver(Handover.TASK, Objects.requireNonNull(work.get()), caller);
        while (work.get() != null) {
            System.gc();
        }
    }
}
