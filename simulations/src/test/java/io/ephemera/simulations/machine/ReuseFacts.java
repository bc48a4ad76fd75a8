package io.ephemera.simulations.machine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** When the kernel gives a port out again, in a private network namespace with a range of twenty ports. */
record ReuseFacts(KernelProbe probe, long delayMillis) {

    private static final int PORTS = 20;

    /** Arguments: the fact, the address of the server, the delay after which ports are reused in ms, then sysctls as name=value. */
    public static void main(String[] args) throws Exception {
        KernelProbe.sysctl("ip_local_port_range=40000 40019");
        for (int i = 3; i < args.length; i++) {
            KernelProbe.sysctl(args[i]);
        }
        try (KernelProbe probe = new KernelProbe(args[1])) {
            ReuseFacts facts = new ReuseFacts(probe, Long.parseLong(args[2]));
            switch (args[0]) {
                case "reuse" -> facts.reuse(true);
                case "halfClosed" -> facts.reuse(false);
                case "halfClosedHold" -> facts.halfClosedHold();
                case "flood" -> facts.flood();
                case "bind" -> facts.bind(false);
                case "bindReusingAddress" -> facts.bind(true);
                case "scope" -> facts.scope();
                case "range" -> facts.range();
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void say(String key, Object value) {
        ChildInNamespace.say(key, value);
    }

    private int fill(boolean serverFollows) throws IOException {
        return probe.fill(serverFollows, PORTS + 5);
    }

    private boolean connects() throws IOException {
        try {
            probe.connect().close();
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    /** Fills the range and goes on connecting until well after the delay: when did a connect get a port again? */
    private void reuse(boolean serverFollows) throws IOException {
        long begun = System.nanoTime();
        say("filled", fill(serverFollows));
        long filled = System.nanoTime();
        long attempted;
        boolean reused;
        do {
            attempted = System.nanoTime();
            reused = connects();
        } while (!reused && attempted - filled < 2_000_000 * delayMillis);
        say("reusedAtMillis", reused ? "at most " + millisSince(begun) : "never");
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** Fills the range with connections whose server never closes: how long until a connect succeeds again? */
    private void halfClosedHold() throws Exception {
        long begun = System.nanoTime();
        probe.close(probe.connect(), false);
        long firstClosed = System.nanoTime();
        say("filled", 1 + fill(false));
        long refused = firstClosed;
        long attempted = System.nanoTime();
        while (!connects()) {
            refused = attempted;
            Thread.sleep(5);
            attempted = System.nanoTime();
        }
        say("atLeastMillis", (refused - firstClosed) / 1_000_000);
        say("atMostMillis", millisSince(begun));
    }

    /** Many more connections than ports, one after the other. */
    private void flood() throws IOException {
        say("made", probe.fill(true, 10 * PORTS));
        int[] entries = {0};
        ProcNetTcp.here().forEach(row -> entries[0] += row.state() == TcpState.TIME_WAIT ? 1 : 0);
        say("entries", entries[0]);
    }

    /** All ports in TIME_WAIT for longer than the delay: is a bind to port 0 given one? */
    private void bind(boolean reuseAddress) throws Exception {
        for (int i = 0; i < PORTS; i++) {
            try (SocketChannel client = bound(reuseAddress)) {
                client.connect(probe.endpoint());
                probe.close(client.socket(), true);
            }
        }
        Thread.sleep(delayMillis + 100);
        try (SocketChannel client = bound(reuseAddress)) {
            say("bound", client.isOpen());
        } catch (BindException e) {
            say("bound", String.valueOf(e.getMessage()));
        }
    }

    private SocketChannel bound(boolean reuseAddress) throws IOException {
        SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        client.bind(new InetSocketAddress(probe.endpoint().getAddress(), 0));
        return client;
    }

    /** All ports in use towards one endpoint, then as many towards another. */
    private void scope() throws IOException {
        say("filled", fill(true));
        try (KernelProbe other = new KernelProbe("127.0.0.2")) {
            say("filledTowardsAnother", other.fill(true, PORTS + 5));
        }
    }

    /** A listener on a port of the range, another port reserved: how many are left, and what does the reader say? */
    private void range() throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(probe.endpoint().getAddress(), 40_007));
            MachineReader reader = MachineReader.here();
            MachineLimits limits = reader.limits();
            say("usable", limits.usablePorts().orElse(-1));
            say("filled", fill(true));
            say("held", reader.portUse(limits).held());
        }
    }
}
