package io.ephemera.simulations.machine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;

/** When the kernel gives a port out again, in a private network namespace with a range of twenty ports. */
final class ReuseFacts {

    private static final int PORTS = 20;
    private static final String RANGE = "40000 40019";

    private ReuseFacts() {}

    /** Arguments: the fact, the address of the server, then sysctls as name=value. */
    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("ip_local_port_range", RANGE);
        for (int i = 2; i < args.length; i++) {
            String[] setting = args[i].split("=", 2);
            KernelProbe.sysctl(setting[0], setting[1]);
        }
        try (KernelProbe probe = new KernelProbe(args[1])) {
            switch (args[0]) {
                case "reuse" -> reuse(probe, true);
                case "halfClosed" -> reuse(probe, false);
                case "halfClosedHold" -> halfClosedHold(probe);
                case "flood" -> flood(probe);
                case "bind" -> bind(probe, false);
                case "bindReusingAddress" -> bind(probe, true);
                case "scope" -> scope(probe);
                case "range" -> range(probe);
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    /** Fills the range and goes on connecting for 2.5 s: how old was the entry whose port the first success got? */
    private static void reuse(KernelProbe probe, boolean serverFollows) throws Exception {
        ProcNetTcp table = ProcNetTcp.here();
        PrivateNetwork.say("filled", probe.fill(serverFollows, PORTS + 5));
        Map<Integer, Long> ages = new HashMap<>();
        long end = System.nanoTime() + 2_500_000_000L;
        while (System.nanoTime() < end) {
            table.forEach(line -> {
                if (line.isTimeWait()) {
                    ages.put(line.localPort(), line.timeWaitAgeMillis());
                }
            });
            try {
                int port = probe.connect().getLocalPort();
                PrivateNetwork.say("reusedAtMillis", ages.getOrDefault(port, -1L));
                return;
            } catch (BindException e) {
                Thread.onSpinWait();
            }
        }
        PrivateNetwork.say("reusedAtMillis", "never");
    }

    /** Many more connections than ports, one after the other. */
    private static void flood(KernelProbe probe) throws IOException {
        PrivateNetwork.say("made", probe.fill(true, 10 * PORTS));
        int[] entries = {0};
        ProcNetTcp.here().forEach(line -> entries[0] += line.isTimeWait() ? 1 : 0);
        PrivateNetwork.say("entries", entries[0]);
    }

    /** All ports in TIME_WAIT for longer than the delay: is a bind to port 0 given one? */
    private static void bind(KernelProbe probe, boolean reuseAddress) throws Exception {
        for (int i = 0; i < PORTS; i++) {
            try (SocketChannel client = SocketChannel.open()) {
                client.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
                client.bind(new InetSocketAddress(probe.endpoint().getAddress(), 0));
                client.connect(probe.endpoint());
                probe.close(client.socket(), true);
            }
        }
        Thread.sleep(500);
        try (SocketChannel client = SocketChannel.open()) {
            client.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
            client.bind(new InetSocketAddress(probe.endpoint().getAddress(), 0));
            PrivateNetwork.say("bound", true);
        } catch (BindException e) {
            PrivateNetwork.say("bound", String.valueOf(e.getMessage()));
        }
    }

    /** All ports in use towards one endpoint, then as many towards another. */
    private static void scope(KernelProbe probe) throws IOException {
        PrivateNetwork.say("filled", probe.fill(true, PORTS + 5));
        try (KernelProbe other = new KernelProbe("127.0.0.2")) {
            PrivateNetwork.say("filledTowardsAnother", other.fill(true, PORTS + 5));
        }
    }

    /** Fills the range with connections whose server never closes: how long until a connect succeeds again? */
    private static void halfClosedHold(KernelProbe probe) throws Exception {
        PrivateNetwork.say("filled", probe.fill(false, PORTS + 5));
        long filled = System.nanoTime();
        while (true) {
            try {
                probe.close(probe.connect(), false);
                PrivateNetwork.say("heldMillis", (System.nanoTime() - filled) / 1_000_000);
                return;
            } catch (BindException e) {
                Thread.sleep(5);
            }
        }
    }

    /** A listener on a port of the range, another port reserved: how many are left, and what does the reader say? */
    private static void range(KernelProbe probe) throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(probe.endpoint().getAddress(), 40_007));
            MachineLimits limits = MachineReader.here().limits();
            PrivateNetwork.say("usable", limits.usablePorts().orElse(-1));
            PrivateNetwork.say("filled", probe.fill(true, PORTS + 5));
            PortUse use = MachineReader.here().portUse(limits);
            PrivateNetwork.say("held", use.held());
        }
    }
}
