package io.ephemera.reports.live;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Whoever connects to a page: few at a time, and each within its time, whatever it does or leaves undone. All threads are daemons. */
final class Callers implements Closeable {

    /** One more is closed at once: each is a thread and a file of the run's process. */
    static final int MOST = 32;

    private static final int SEND_BUFFER_BYTES = 65_536;
    private static final int LOOK_MILLIS = 200;
    private static final long PAUSE_NANOS = 100_000_000;

    /** What is done with each. */
    interface Service {
        void serve(Caller caller) throws IOException;
    }

    /** One who has connected. */
    static final class Caller {

        private final Socket socket;
        private volatile long begunNanos = System.nanoTime();
        private volatile long limitNanos;

        private Caller(Socket socket, long limitMillis) {
            this.socket = socket;
            mayTake(limitMillis);
        }

        /** From now on; then its connection is closed under whoever reads from it or writes to it. */
        void mayTake(long millis) {
            begunNanos = System.nanoTime();
            limitNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        }

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        private boolean isOverdue() {
            return System.nanoTime() - begunNanos > limitNanos;
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    private final ServerSocket listener;
    private final long limitMillis;
    private final Service service;
    private final Set<Caller> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor = daemon(this::acceptAll);
    private final ExecutorService threads = Executors.newCachedThreadPool(Callers::daemon);

    /** @param limitMillis for a request and its answer, unless the service says otherwise */
    Callers(ServerSocket listener, long limitMillis, Service service) {
        this.listener = listener;
        this.limitMillis = limitMillis;
        this.service = service;
        acceptor.start();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "ephemera-live");
        thread.setDaemon(true);
        return thread;
    }

    /** How many there are. */
    int count() {
        return open.size();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                listener.setSoTimeout(open.isEmpty() ? 0 : LOOK_MILLIS);
                Socket socket = listener.accept();
                // So that who does not read is noticed, and takes little.
                socket.setSendBufferSize(SEND_BUFFER_BYTES);
                Caller caller = new Caller(socket, limitMillis);
                if (open.size() < MOST) {
                    open.add(caller);
                    threads.execute(() -> serve(caller));
                } else {
                    caller.close();
                }
            } catch (SocketTimeoutException e) {
                // Nobody came.
            } catch (IOException | RuntimeException e) {
                // Out of descriptors, perhaps: that passes, and until then there is no hurry.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            open.stream().filter(Caller::isOverdue).forEach(Caller::close);
        }
    }

    private void serve(Caller caller) {
        try {
            service.serve(caller);
        } catch (IOException e) {
            // It went away, or its time was over; the next one is served.
        } finally {
            caller.close();
            open.remove(caller);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It is gone either way.
        }
        try {
            // Until then the system takes connections for it.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        open.forEach(Caller::close);
    }
}
