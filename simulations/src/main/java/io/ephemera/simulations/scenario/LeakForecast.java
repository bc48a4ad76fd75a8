package io.ephemera.simulations.scenario;

import org.jspecify.annotations.Nullable;

/**
 * What a leak comes to, played in virtual time: connections that are opened evenly and stay, every second one of which the server
 * closes, beside calls that are closed as they should be.
 *
 * @param firstRefusedSeconds when the first call finds no port; {@code null} if each finds one
 * @param established connections that nobody has closed, by then, or by the end
 * @param closeWait connections that the server alone has closed, by then, or by the end
 * @param timeWait ports in TIME_WAIT then
 * @param leftOpen connections of both kinds at the end
 */
record LeakForecast(@Nullable Double firstRefusedSeconds, int established, int closeWait, int timeWait, int leftOpen) {

    /**
     * Plays it.
     *
     * @param callsPerSecond of calls, n of which is due at n / callsPerSecond
     * @param leaksPerSecond of connections that leak, likewise
     * @param seconds how long
     * @param closed whether the connections are closed after all
     */
    static LeakForecast of(
            Circumstances circumstances, double callsPerSecond, double leaksPerSecond, double seconds, boolean closed) {
        VirtualPorts ports = new VirtualPorts(circumstances);
        int[] open = new int[2];
        Double firstRefused = null;
        int[] thenOpen = open;
        int timeWait = 0;
        long leak = 0;
        long calls = (long) Math.ceil(callsPerSecond * seconds - 1e-9);
        for (long call = 0; call < calls; call++) {
            double due = call / callsPerSecond;
            while (leak / leaksPerSecond <= due) {
                double leakDue = leak / leaksPerSecond;
                int kind = (int) (leak % 2);
                if (closed) {
                    boolean unused = kind == 0 ? ports.call(leakDue) : ports.passiveClose(leakDue);
                } else if (ports.leak(leakDue)) {
                    open[kind]++;
                }
                leak++;
            }
            if (!ports.call(due) && firstRefused == null) {
                firstRefused = due;
                thenOpen = open.clone();
                timeWait = ports.timeWait(due);
            }
        }
        return new LeakForecast(firstRefused, thenOpen[0], thenOpen[1], timeWait, open[0] + open[1]);
    }
}
