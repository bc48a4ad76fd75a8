package io.ephemera.simulations.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ages and ends of TIME_WAIT, in a private network namespace. Each begin, look and end is known to lie between two readings of the
 * clock, and what is told holds for any moment between these: a watcher that is held up only tells less.
 */
final class TimeWaitFacts {

    private TimeWaitFacts() {}

    /** When a TIME_WAIT began. */
    private record Begin(long notBeforeNanos, long notAfterNanos) {

        static void add(KernelProbe probe, Map<Integer, Begin> begins) throws IOException {
            long before = System.nanoTime();
            int port = probe.enterTimeWait();
            begins.put(port, new Begin(before, System.nanoTime()));
        }
    }

    /** How long one lasted, in seconds. */
    private record Life(double atLeast, double atMost) {}

    /** Arguments: {@code ages}, an address and ms; or {@code ends} and a step of the timer wheel in ms. */
    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("tcp_tw_reuse=0");
        switch (args[0]) {
            case "ages" -> ages(args[1], Long.parseLong(args[2]));
            case "ends" -> ends(Long.parseLong(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void say(String key, Object value) {
        ChildInNamespace.say(key, value);
    }

    /** Compares the ages that the table tells with the clock. */
    private static void ages(String address, long waitMillis) throws Exception {
        KernelProbe.sysctl("tcp_fin_timeout=30");
        try (KernelProbe probe = new KernelProbe(address)) {
            Map<Integer, Begin> begins = new HashMap<>();
            int orphan = probe.close(probe.connect(), false);
            for (int i = 0; i < 100; i++) {
                Begin.add(probe, begins);
                Thread.sleep(3 + i % 7);
            }
            Thread.sleep(waitMillis);
            List<ProcNetTcpRow> rows = new ArrayList<>();
            long from = System.nanoTime();
            ProcNetTcp.here().forEach(rows::add);
            long to = System.nanoTime();
            int seen = 0;
            double tooYoung = 0;
            double tooOld = 0;
            for (ProcNetTcpRow row : rows) {
                Begin begin = begins.get(row.local().getPort());
                if (begin != null && row.state() == TcpState.TIME_WAIT) {
                    long age = row.timeWaitAgeMillis().orElseThrow();
                    seen++;
                    tooYoung = Math.max(tooYoung, (from - begin.notAfterNanos()) / 1e6 - age);
                    tooOld = Math.max(tooOld, age - (to - begin.notBeforeNanos()) / 1e6);
                } else if (row.local().getPort() == orphan) {
                    say("orphanState", row.state());
                    say("orphanRemainingMillis", row.timerMillis());
                }
            }
            say("seen", seen);
            say("tooYoungByMillis", tooYoung);
            say("tooOldByMillis", tooOld);
        }
    }

    /** Connections over two steps of the timer wheel, watched to the end of their TIME_WAIT. */
    private static void ends(long stepMillis) throws Exception {
        KernelProbe.sysctl("tcp_fin_timeout=5");
        int connections = 150;
        Map<Integer, Begin> begins = new HashMap<>();
        Map<Integer, Long> lastSeen = new HashMap<>();
        List<Life> lives = new ArrayList<>();
        try (KernelProbe probe = new KernelProbe(KernelProbe.LOOPBACK)) {
            for (int i = 0; i < connections; i++) {
                Begin.add(probe, begins);
                Thread.sleep(2 * stepMillis / connections);
            }
            // None ends before.
            Thread.sleep(ProcNetTcp.TIME_WAIT.toMillis() - 3 * stepMillis - 2_000);
            while (!begins.isEmpty()) {
                long before = System.nanoTime();
                Set<Integer> listed = listed();
                long after = System.nanoTime();
                begins.entrySet().removeIf(entry -> {
                    int port = entry.getKey();
                    if (listed.contains(port)) {
                        lastSeen.put(port, before);
                        return false;
                    }
                    Begin begin = entry.getValue();
                    long seen = lastSeen.getOrDefault(port, begin.notAfterNanos());
                    lives.add(new Life((seen - begin.notAfterNanos()) / 1e9, (after - begin.notBeforeNanos()) / 1e9));
                    return true;
                });
                Thread.sleep(5);
            }
        }
        say("shortestAtMost", lives.stream().mapToDouble(Life::atMost).min().orElseThrow());
        say("longestAtLeast", lives.stream().mapToDouble(Life::atLeast).max().orElseThrow());
        say("meanAtLeast", lives.stream().mapToDouble(Life::atLeast).average().orElseThrow());
        say("meanAtMost", lives.stream().mapToDouble(Life::atMost).average().orElseThrow());
    }

    private static Set<Integer> listed() throws IOException {
        Set<Integer> listed = new HashSet<>();
        ProcNetTcp.here().forEach(row -> {
            if (row.state() == TcpState.TIME_WAIT) {
                listed.add(row.local().getPort());
            }
        });
        return listed;
    }
}
