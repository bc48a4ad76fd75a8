package io.ephemera.simulations.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long plain TIME_WAIT lasts, in a private network namespace: connections over two steps of the timer wheel, watched to their
 * end. The argument is such a step in ms.
 */
final class TimeWaitEnds {

    private static final int CONNECTIONS = 150;

    private TimeWaitEnds() {}

    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("tcp_tw_reuse", 0);
        KernelProbe.sysctl("tcp_fin_timeout", 5);
        ProcNetTcp table = ProcNetTcp.here();
        Map<Integer, Life> lives = new HashMap<>();
        List<Life> ended = new ArrayList<>();
        try (KernelProbe probe = new KernelProbe(KernelProbe.LOOPBACK)) {
            long apartNanos = 2 * 1_000_000 * Long.parseLong(args[0]) / CONNECTIONS;
            long start = System.nanoTime();
            for (int i = 0; i < CONNECTIONS; i++) {
                while (System.nanoTime() < start + i * apartNanos) {
                    Thread.sleep(1);
                }
                long before = System.nanoTime();
                int port = probe.connectAndClose();
                while (!listed(table).contains(port)) {
                    Thread.onSpinWait();
                }
                lives.put(port, new Life(before, System.nanoTime()));
            }
            Thread.sleep(45_000);
            while (!lives.isEmpty()) {
                long before = System.nanoTime();
                Set<Integer> listed = listed(table);
                long after = System.nanoTime();
                lives.entrySet().removeIf(entry -> {
                    Life life = entry.getValue();
                    if (listed.contains(entry.getKey())) {
                        life.lastSeen = before;
                        return false;
                    }
                    life.gone = after;
                    ended.add(life);
                    return true;
                });
                Thread.sleep(5);
            }
        }
        say("shortestAtMost", ended.stream().mapToDouble(Life::atMost).min().orElseThrow());
        say("longestAtLeast", ended.stream().mapToDouble(Life::atLeast).max().orElseThrow());
        say("meanAtLeast", ended.stream().mapToDouble(Life::atLeast).average().orElseThrow());
        say("meanAtMost", ended.stream().mapToDouble(Life::atMost).average().orElseThrow());
    }

    private static void say(String what, double seconds) {
        PrivateNetwork.say(what, seconds);
    }

    private static Set<Integer> listed(ProcNetTcp table) throws IOException {
        Set<Integer> listed = new HashSet<>();
        table.forEach(line -> {
            if (line.isTimeWait()) {
                listed.add(line.localPort());
            }
        });
        return listed;
    }

    /** Begin and end of a TIME_WAIT, each between two readings of the clock: a watcher that is held up only widens them. */
    private static final class Life {

        private final long notBegunBefore;
        private final long begunBy;
        private long lastSeen;
        private long gone;

        Life(long notBegunBefore, long begunBy) {
            this.notBegunBefore = notBegunBefore;
            this.begunBy = begunBy;
            this.lastSeen = begunBy;
        }

        double atLeast() {
            return (lastSeen - begunBy) / 1e9;
        }

        double atMost() {
            return (gone - notBegunBefore) / 1e9;
        }
    }
}
