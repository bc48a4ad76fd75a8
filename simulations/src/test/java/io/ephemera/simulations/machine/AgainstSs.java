package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** 30 live connections and 120 in TIME_WAIT, counted here and by {@code ss}, in a private network namespace. */
final class AgainstSs {

    private AgainstSs() {}

    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("tcp_tw_reuse", 0);
        try (KernelProbe probe = new KernelProbe(KernelProbe.LOOPBACK)) {
            for (int i = 0; i < 120; i++) {
                probe.connectAndClose();
            }
            awaitTimeWait(probe, 120);
            List<Socket> live = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                live.add(probe.connect());
            }
            MachineReader reader = MachineReader.here();
            MachineLimits limits = reader.limits();
            PortUse use = reader.portUse(limits);
            ConnectionCounts counts = use.byRemote().get(0).counts();
            PrivateNetwork.say("live", counts.live());
            PrivateNetwork.say("timeWait", counts.timeWaitHeld());
            PrivateNetwork.say(
                    "owned",
                    use.byRemote().get(0).owners().entrySet().stream()
                            .filter(owner -> owner.getKey()
                                    .endsWith("(" + ProcessHandle.current().pid() + ")"))
                            .mapToInt(owner -> owner.getValue())
                            .sum());
            PrivateNetwork.say(
                    "sockstat",
                    String.valueOf(
                            limits.others().get(limits.others().size() - 1).value()));
            String destination =
                    String.format(Locale.ROOT, "dport = :%d", probe.endpoint().getPort());
            PrivateNetwork.say("ssTimeWait", lines("state", "time-wait", destination));
            PrivateNetwork.say("ssLive", lines("state", "established", destination));
            live.forEach(socket -> {
                try {
                    socket.close();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
    }

    private static void awaitTimeWait(KernelProbe probe, int connections) throws Exception {
        PortRange all = new PortRange(1, 65_535);
        while (ProcNetTcp.here()
                        .count(all, probe.endpoint(), ProcNetTcp.TIME_WAIT)
                        .timeWaitHeld()
                < connections) {
            Thread.onSpinWait();
        }
    }

    private static long lines(String... filter) throws Exception {
        List<String> command = new ArrayList<>(List.of("ss", "-Htn"));
        command.addAll(List.of(filter));
        return Commands.system().run(command).lines().count();
    }
}
