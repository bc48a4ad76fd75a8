package io.ephemera.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An application that hardly stays the same: each connection goes to a destination of its own, on a thread of its own, many at once,
 * from a class that is loaded anew for each wave of them. Says now and then what it has: heap after a collection, files, threads,
 * classes.
 */
final class SoakApp {

    static final String FIGURES = "soak ";
    private static final int WAVE = 500;
    private static final int PAUSE_MILLIS = 2_000;

    private SoakApp() {}

    /** Connects once. */
    public static final class Caller implements Runnable {

        private final InetSocketAddress destination;

        /** @param destination where somebody listens */
        public Caller(InetSocketAddress destination) {
            this.destination = destination;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket()) {
                socket.connect(destination);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Has a class of callers of its own. */
    private static final class OwnCallers extends ClassLoader {

        Constructor<?> load() throws IOException, ReflectiveOperationException {
            String name = Caller.class.getName();
            try (InputStream in = Caller.class.getResourceAsStream("SoakApp$Caller.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length).getConstructor(InetSocketAddress.class);
            }
        }
    }

    /**
     * Connects.
     *
     * @param arguments how many destinations, a multiple of a thousand; there are none on loopback beyond sixteen million
     */
    public static void main(String[] arguments) throws Exception {
        int destinations = Integer.parseInt(arguments[0]);
        ServerSocket listener = new ServerSocket(0, 2 * WAVE);
        Thread answers = new Thread(() -> answer(listener));
        answers.setDaemon(true);
        answers.start();
        for (int made = 0; made < destinations; made += WAVE) {
            wave(made, listener.getLocalPort());
            int now = made + WAVE;
            if (now == WAVE || now == destinations / 2 || now == destinations) {
                // What is in TIME_WAIT is remembered: that of the last few waves is to be over.
                Thread.sleep(PAUSE_MILLIS);
                tell(now);
            }
        }
    }

    private static void wave(int first, int port) throws Exception {
        Constructor<?> callers = new OwnCallers().load();
        List<Thread> threads = new ArrayList<>();
        for (int n = first; n < first + WAVE; n++) {
            byte[] address = {127, (byte) (1 + (n >> 16)), (byte) (n >> 8), (byte) n};
            InetSocketAddress destination = new InetSocketAddress(InetAddress.getByAddress(address), port);
            threads.add(new Thread((Runnable) callers.newInstance(destination)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void answer(ServerSocket listener) {
        while (true) {
            try (Socket socket = listener.accept()) {
                int end = socket.getInputStream().read();
                assert end < 0 : "a caller that says something";
            } catch (IOException e) {
                // That one is gone; the next.
            }
        }
    }

    private static void tell(int destinations) throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            System.out.printf(
                    FIGURES + "%d %d %d %d %d%n",
                    destinations,
                    (runtime.totalMemory() - runtime.freeMemory()) >> 10,
                    files.count(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        }
    }
}
