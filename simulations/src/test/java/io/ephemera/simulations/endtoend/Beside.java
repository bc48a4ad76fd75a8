package io.ephemera.simulations.endtoend;

import io.ephemera.simulations.endtoend.TortureCase.Disturbance;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happens beside a tortured run, in a process that is not the run's. */
final class Beside implements AutoCloseable {

    private static final int LOOPS = 3;
    private static final int BUSY_MILLIS = 800;
    private static final int BURSTS = 8;
    private static final int STOPS = 5;
    private static final int LONGEST_STOP_MILLIS = 250;
    private static final int LONGEST_WAIT_MILLIS = 300;
    private static final int MOST_MILLIS = 1_000;

    private final TortureCase tortured;
    private final GatlingProcess process;
    private final Random random;
    private final List<ServerSocket> held = new ArrayList<>();
    private final List<FutureTask<?>> tasks = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private Beside(TortureCase tortured, GatlingProcess process) {
        this.tortured = tortured;
        this.process = process;
        this.random = new Random(tortured.seed());
    }

    /** Takes ports before the run begins, where the case says so. */
    static Beside begin(TortureCase tortured, GatlingProcess process) throws IOException {
        Beside beside = new Beside(tortured, process);
        if (tortured.has(Disturbance.PORTS_HELD)) {
            beside.holdPorts();
        }
        return beside;
    }

    private void holdPorts() throws IOException {
        int ports = 1 + random.nextInt(tortured.load().ports());
        for (int port = 0; port < ports; port++) {
            ServerSocket socket = new ServerSocket();
            try {
                socket.bind(new InetSocketAddress(tortured.load().firstPort() + port));
                held.add(socket);
            } catch (BindException e) {
                // Somebody else holds it, which is as good.
                socket.close();
            }
        }
    }

    /** The run goes on: what is to happen meanwhile begins. */
    void disturb() {
        for (int loop = 0; loop < LOOPS; loop++) {
            if (tortured.has(Disturbance.BUSY_LOOPS)) {
                start(() -> spin(BUSY_MILLIS));
            }
            if (tortured.has(Disturbance.BURSTS)) {
                start(() -> {
                    for (int burst = 0; burst < BURSTS && !isOver(20); burst++) {
                        spin(100);
                    }
                });
            }
        }
        if (tortured.has(Disturbance.SIGSTOP)) {
            start(this::stopAndGo);
        }
        if (tortured.has(Disturbance.PORTS_BURNT)) {
            start(this::burnPorts);
        }
    }

    private void start(Task task) {
        FutureTask<@Nullable Void> started = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        Thread thread = new Thread(started, "beside");
        thread.setDaemon(true);
        tasks.add(started);
        thread.start();
    }

    private void spin(long millis) {
        long began = System.nanoTime();
        while (over.getCount() > 0 && (System.nanoTime() - began) / 1_000_000 < millis) {
            Thread.onSpinWait();
        }
    }

    /** Whether the run is over within some time. */
    private boolean isOver(long millis) throws InterruptedException {
        return over.await(millis, TimeUnit.MILLISECONDS);
    }

    private void stopAndGo() throws IOException, InterruptedException {
        for (int stop = 0; stop < STOPS && !isOver(random.nextInt(LONGEST_WAIT_MILLIS)); stop++) {
            process.signal("STOP");
            try {
                isOver(random.nextInt(LONGEST_STOP_MILLIS));
            } finally {
                process.signal("CONT");
            }
        }
    }

    private void burnPorts() throws IOException, InterruptedException {
        try (ServerSocket sink = ScriptedTarget.listening(0)) {
            sink.setSoTimeout(MOST_MILLIS);
            for (int n = 0; !isOver(1); n++) {
                int port = tortured.load().firstPort() + n % tortured.load().ports();
                try (Socket socket = new Socket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    socket.connect(sink.getLocalSocketAddress(), MOST_MILLIS);
                    sink.accept().close();
                } catch (SocketException | SocketTimeoutException e) {
                    // The run has the port, or this very connection is in TIME_WAIT.
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        try {
            for (FutureTask<?> task : tasks) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a disturbance failed, without which the run is not that of its seed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("while the disturbances end");
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
