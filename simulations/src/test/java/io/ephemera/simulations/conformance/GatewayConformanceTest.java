package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayLimits.Allocation;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three clients, each a JVM in a network namespace of its own, behind a router that masquerades with nftables: what it has ports for is
 * what the model has with Linux' rule, to the unit. Skipped by name without nftables or namespaces.
 */
@WallClock
@DisplayName("Linux' masquerading and the model, three clients:")
class GatewayConformanceTest {

    private static final int CLIENTS = 3;
    private static @Nullable Process network;
    private static @Nullable Writer input;
    private static @Nullable BufferedReader output;

    /**
     * A row.
     *
     * @param ports of the gateway
     * @param steps what is done, each {@code CLIENT what TIMES}
     * @param right how many connects or closes go well in each
     */
    record Row(String name, int ports, List<String> steps, List<Integer> right) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("32 ports are used up by 32 live connections of one", 32, List.of("0 open 34"), List.of(32)),
                new Row(
                        "32 ports are used up by 32 live connections of all",
                        32,
                        List.of("0 open 12", "1 open 12", "2 open 10", "0 open 1"),
                        List.of(12, 12, 8, 0)),
                new Row("33 ports, 33 connections", 33, List.of("0 open 20", "1 open 15"), List.of(20, 13)),
                new Row("64 ports, 64 connections", 64, List.of("0 open 60", "2 open 6"), List.of(60, 4)),
                new Row(
                        "128 ports, 128 connections",
                        128,
                        List.of("0 open 50", "1 open 50", "2 open 30"),
                        List.of(50, 50, 28)),
                new Row("one port, one connection", 1, List.of("1 open 1", "2 open 1"), List.of(1, 0)),
                new Row(
                        "32 ports are not used up by 240 closed connections",
                        32,
                        List.of("0 cycle 80", "1 cycle 80", "2 cycle 80"),
                        List.of(80, 80, 80)),
                new Row(
                        "64 ports are not used up by 300 closed connections",
                        64,
                        List.of("0 cycle 100", "1 cycle 100", "2 cycle 100"),
                        List.of(100, 100, 100)),
                new Row(
                        "64 ports, 30 live and 150 closed connections",
                        64,
                        List.of("0 open 30", "1 cycle 75", "2 cycle 75"),
                        List.of(30, 75, 75)),
                new Row(
                        "32 ports with 32 live connections have one again for others once those are closed",
                        32,
                        List.of("0 open 32", "1 open 1", "0 close 32", "1 cycle 40", "2 cycle 40"),
                        List.of(32, 0, 32, 40, 40)));
    }

    @BeforeAll
    static void open() throws Exception {
        List<String> command = new ArrayList<>(Capabilities.inNetworkNamespace("true"));
        Capabilities.requireTool("nft", "nftables");
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayNetwork.class.getName(),
                String.valueOf(CLIENTS)));
        rows().forEach(row -> command.add(String.valueOf(row.ports())));
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        network = started;
        input = started.outputWriter();
        BufferedReader said = started.inputReader();
        output = said;
        assertEquals("ready", said.readLine());
    }

    @AfterAll
    static void close() throws Exception {
        if (input != null) {
            input.close();
        }
        if (network != null) {
            network.waitFor();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    @DisplayName("agree to the unit:")
    void agree(Row row) throws IOException {
        assertEquals(row.right(), onModel(row), "on the model");
        assertEquals(row.right(), onKernel(row), "on the kernel");
    }

    private static List<Integer> onKernel(Row row) throws IOException {
        List<Integer> right = new ArrayList<>();
        for (String step : row.steps()) {
            String[] words = step.split(" ", -1);
            Writer to = Objects.requireNonNull(input);
            to.write(words[0] + " " + words[1] + " " + (8_001 + rows().indexOf(row)) + " " + words[2] + "\n");
            to.flush();
            String answer = Objects.requireNonNull(output).readLine();
            if (answer == null) {
                fail("the network has ended");
            }
            right.add(Integer.valueOf(String.valueOf(answer)));
        }
        return right;
    }

    private static List<Integer> onModel(Row row) {
        GatewayPool gateway = new GatewayPool(new GatewayLimits(
                new PortRange(20_000, 20_000 + row.ports() - 1), 120, 10, Scope.DESTINATION, Allocation.LINUX, 1));
        RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
        List<Deque<GatewayPool.Mapping>> open = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            open.add(new ArrayDeque<>());
        }
        List<Integer> right = new ArrayList<>();
        int localPort = 32_768;
        for (String step : row.steps()) {
            String[] words = step.split(" ", -1);
            int client = Integer.parseInt(words[0]);
            int done = 0;
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                if (!words[1].equals("close")) {
                    GatewayPool.Mapping mapping = gateway.open(client, localPort++, remote, 0);
                    if (mapping == null) {
                        continue;
                    }
                    open.get(client).addLast(mapping);
                }
                done++;
                if (!words[1].equals("open")) {
                    gateway.close(open.get(client).removeLast(), Release.ACTIVE_CLOSE, 0);
                }
            }
            right.add(done);
        }
        return right;
    }
}
