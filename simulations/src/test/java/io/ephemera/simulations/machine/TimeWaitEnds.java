package io.ephemera.simulations.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How long plain TIME_WAIT lasts, in a private network namespace: connections over two
 * steps of the timer wheel, watched to their end. The argument is such a step in ms. */
final class TimeWaitEnds {

    private static final int CONNECTIONS = 150;

    private TimeWaitEnds() {}

    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("tcp_tw_reuse", 0);
        KernelProbe.sysctl("tcp_fin_timeout", 5);
        ProcNetTcp table = ProcNetTcp.here();
        Map<Integer, Long> begun = new HashMap<>();
        List<Double> seconds = new ArrayList<>();
        try (KernelProbe probe = new KernelProbe(KernelProbe.LOOPBACK)) {
            long apartNanos = 2 * 1_000_000 * Long.parseLong(args[0]) / CONNECTIONS;
            long start = System.nanoTime();
            for (int i = 0; i < CONNECTIONS; i++) {
                while (System.nanoTime() < start + i * apartNanos) {
                    Thread.sleep(1);
                }
                begun.put(probe.connectAndClose(), System.nanoTime());
            }
            Thread.sleep(45_000);
            while (!begun.isEmpty()) {
                Set<Integer> listed = new HashSet<>();
                table.forEach(line -> {
                    if (line.isTimeWait()) {
                        listed.add(line.localPort());
                    }
                });
                long now = System.nanoTime();
                begun.entrySet().removeIf(entry -> {
                    if (listed.contains(entry.getKey())) {
                        return false;
                    }
                    seconds.add((now - entry.getValue()) / 1e9);
                    return true;
                });
                Thread.sleep(5);
            }
        }
        PrivateNetwork.say(
                "shortest", seconds.stream().mapToDouble(s -> s).min().orElse(0));
        PrivateNetwork.say("longest", seconds.stream().mapToDouble(s -> s).max().orElse(0));
        PrivateNetwork.say(
                "mean", seconds.stream().mapToDouble(s -> s).average().orElse(0));
    }
}
