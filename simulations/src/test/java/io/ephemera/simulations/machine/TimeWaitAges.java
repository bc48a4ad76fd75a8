package io.ephemera.simulations.machine;

import java.util.HashMap;
import java.util.Map;

/**
 * Compares the ages that the table tells with the clock, in a private network namespace. Each begin of TIME_WAIT is known to
 * lie between two readings of the clock, and so is each look at the table: what is told are the errors that no reading within
 * these explains.
 */
final class TimeWaitAges {

    private TimeWaitAges() {}

    private record Begin(long notBeforeNanos, long notAfterNanos) {}

    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("tcp_tw_reuse", 0);
        KernelProbe.sysctl("tcp_fin_timeout", 30);
        ProcNetTcp table = ProcNetTcp.here();
        try (KernelProbe probe = new KernelProbe(args[0])) {
            Map<Integer, Begin> begins = new HashMap<>();
            int orphan = probe.close(probe.connect(), false);
            for (int i = 0; i < 100; i++) {
                long before = System.nanoTime();
                int port = probe.connectAndClose();
                awaitTimeWait(table, port);
                begins.put(port, new Begin(before, System.nanoTime()));
                Thread.sleep(3 + i % 7);
            }
            Thread.sleep(Long.parseLong(args[1]));
            double[] early = {0};
            double[] late = {0};
            int[] seen = {0};
            long from = System.nanoTime();
            Map<Integer, Long> ages = new HashMap<>();
            long[] orphanRemaining = {-1};
            table.forEach(line -> {
                if (line.isTimeWait()) {
                    ages.put(line.localPort(), line.timeWaitAgeMillis());
                } else if (line.localPort() == orphan) {
                    PrivateNetwork.say("orphanState", line.state());
                    orphanRemaining[0] = line.timerMillis();
                }
            });
            long to = System.nanoTime();
            ages.forEach((port, age) -> {
                Begin begin = begins.get(port);
                if (begin != null) {
                    seen[0]++;
                    early[0] = Math.max(early[0], (from - begin.notAfterNanos()) / 1e6 - age);
                    late[0] = Math.max(late[0], age - (to - begin.notBeforeNanos()) / 1e6);
                }
            });
            PrivateNetwork.say("seen", seen[0]);
            PrivateNetwork.say("tooYoungByMillis", early[0]);
            PrivateNetwork.say("tooOldByMillis", late[0]);
            PrivateNetwork.say("orphanRemainingMillis", orphanRemaining[0]);
        }
    }

    private static void awaitTimeWait(ProcNetTcp table, int port) throws Exception {
        boolean[] there = {false};
        while (!there[0]) {
            table.forEach(line -> there[0] |= line.localPort() == port && line.isTimeWait());
        }
    }
}
