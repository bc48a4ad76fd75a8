package io.ephemera.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Refusals of connects that do not wait, on a platform that lets them begin and refuses them when they are finished. */
final class LateRefusals {

    /** Set on a thread whose next connect is finished later. */
    private static final ThreadLocal<Boolean> WITHOUT_WAITING = new ThreadLocal<>();

    /** Linux shows a socket that was never connected as ready, so the connect is finished; that others do is not known. */
    private static final boolean IS_FINISHED = System.getProperty("os.name").startsWith("Linux");

    private final Map<FileDescriptor, IOException> due = new ConcurrentHashMap<>();

    void connectingWithoutWaiting(boolean so) {
        WITHOUT_WAITING.set(so || isOnVirtualThread());
    }

    /** From JDK 21 on: on such a thread no socket blocks in the system, and each connect is finished later. */
    private static boolean isOnVirtualThread() {
        Class<?> parent = Thread.currentThread().getClass().getSuperclass();
        return parent != null && parent.getName().equals("java.lang.BaseVirtualThread");
    }

    /** Whether the connect that begins now is finished later; said of this one alone, since other ways to connect say nothing. */
    boolean isWithoutWaiting() {
        boolean so = Boolean.TRUE.equals(WITHOUT_WAITING.get());
        if (so) {
            WITHOUT_WAITING.set(false);
        }
        return so;
    }

    /** Keeps a refusal for when the connect is finished, or throws it at once where the platform refuses there. */
    void keepOrThrow(FileDescriptor fd, EnforcedPool pool, IOException refusal) throws IOException {
        IOException later = pool.refusedLater(refusal);
        if (later == refusal || !IS_FINISHED) {
            throw later;
        }
        due.put(fd, later);
    }

    void finishing(FileDescriptor fd) throws IOException {
        IOException refusal = due.remove(fd);
        if (refusal != null) {
            refusal.fillInStackTrace();
            throw refusal;
        }
    }

    void closed(FileDescriptor fd) {
        due.remove(fd);
    }
}
