package io.ephemera.simulations.run;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run that nobody waits for any more, or whose JVM has no memory to make it in: where the heap is too small, some collectors
 * never give up, and what is out of memory on a thread of a library is heard by nobody.
 */
final class RunWatch {

    /** A system property, {@code true} where whoever started this JVM is to be told of the run: without it nobody is, and it ends. */
    private static final String ENDS_WITH_PARENT = "io.ephemera.runs.endWithParent";

    private static final long LOOK_NANOS = 1_000_000_000;

    /** In so many looks one after the other the collector left next to nothing. */
    private static final int LOOKS = 10;

    private static final double MOST_GARBAGE_SHARE = 0.9;

    private final LongSupplier collectedMillis;
    private final Deque<long[]> looks = new ArrayDeque<>();

    /** @param collectedMillis how long this JVM has collected garbage, in all */
    RunWatch(LongSupplier collectedMillis) {
        this.collectedMillis = collectedMillis;
    }

    static void start() {
        boolean endsWithParent = Boolean.getBoolean(ENDS_WITH_PARENT);
        ProcessHandle parent = ProcessHandle.current().parent().orElse(null);
        if (endsWithParent && (parent == null || isAdopted(parent))) {
            System.out.println("Ephemera: no run begins: whoever started it is gone");
            Exit.with(Exit.INCONCLUSIVE);
        }
        if (parent != null && endsWithParent) {
            var unused = parent.onExit().thenRun(() -> System.exit(Exit.INCONCLUSIVE));
        }
        RunWatch watch = new RunWatch(RunWatch::collectedMillis);
        Thread thread = new Thread(() -> watch.look(endsWithParent), "ephemera-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void look(boolean endsWithParent) {
        while (true) {
            LockSupport.parkNanos(LOOK_NANOS);
            // Where no look at the parent tells that it is gone, the end of the pipe is closed.
            if (endsWithParent && isUnheard(System.out)) {
                System.exit(Exit.INCONCLUSIVE);
            }
            String starved = starved(System.nanoTime());
            if (starved != null) {
                System.out.println("Ephemera: the run ends here, what was recorded is kept: " + starved);
                Exit.with(Exit.INCONCLUSIVE);
            }
        }
    }

    private static boolean isAdopted(ProcessHandle parent) {
        return isAdopted(
                parent.pid(),
                parent.info().command().orElse(""),
                session(parent.pid()),
                session(ProcessHandle.current().pid()));
    }

    /**
     * Whether a JVM that a JVM has started has another parent by now: the first process, or another one that takes orphans, and with
     * that one of another session.
     *
     * @param command of the parent; empty where it can't be told
     * @param session of the parent; {@code null} where it can't be told
     */
    static boolean isAdopted(long parentPid, String command, @Nullable String session, @Nullable String ownSession) {
        boolean otherSession = session != null && ownSession != null && !session.equals(ownSession);
        return otherSession || (parentPid == 1 && !command.endsWith("java"));
    }

    /** On Linux: the fourth figure behind the name, which may hold anything (proc_pid_stat(5)). */
    private static @Nullable String session(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether what is said can't be written: nobody reads it. */
    static boolean isUnheard(PrintStream out) {
        return out.checkError();
    }

    /** What is wrong where this JVM did little but collect garbage; {@code null} if it did more. */
    @Nullable
    String starved(long nowNanos) {
        looks.addLast(new long[] {nowNanos, collectedMillis.getAsLong()});
        if (looks.size() <= LOOKS) {
            return null;
        }
        long[] first = looks.removeFirst();
        long[] last = looks.getLast();
        double share = (last[1] - first[1]) * 1e6 / (last[0] - first[0]);
        return share < MOST_GARBAGE_SHARE
                ? null
                : "this JVM has done little but collect garbage for " + (last[0] - first[0]) / 1_000_000_000 + " s; "
                        + heap();
    }

    /** What to do where there is no memory. */
    static String heap() {
        return "the heap may have " + (Runtime.getRuntime().maxMemory() >> 20) + " MB: give it more (-Xmx)";
    }

    private static long collectedMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
