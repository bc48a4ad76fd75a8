package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.process.Scratch;
import io.ephemera.benchmarks.throughput.Clients.Client;
import io.ephemera.benchmarks.throughput.Turns.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is measured inside the namespace: prints the tables, and tells how it goes on the other stream. */
final class Inside {

    // Below the range of ephemeral ports, so that no client has them.
    private static final int STUB_PORT = 800;
    private static final int NGINX_PORT = 801;

    private static final Path PORT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** A stub of the run's own, on the stack of the machine, has to be outside of the range. */
    private static final String LEAVES_STUB_A_PORT = "1024 65499";

    private static final String STUB = "our stub";
    private static final String STUB_OF_ONE = "our stub, one IO thread";

    private Inside() {}

    /**
     * Measures.
     *
     * @param arguments {@code throughput}, {@code open} or {@code stub}, the number of rounds, the seconds of a turn
     */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        try (Scratch scratch = Scratch.make()) {
            switch (arguments[0]) {
                case "throughput" -> closed(rounds, seconds, scratch);
                case "open" -> {
                    Files.writeString(PORT_RANGE, LEAVES_STUB_A_PORT, StandardCharsets.US_ASCII);
                    System.out.println(new OpenModel(seconds, rounds).table());
                }
                case "stub" -> stub(rounds, seconds, scratch);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
        System.exit(0);
    }

    private static void closed(int rounds, int seconds, Scratch scratch) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        List<Client> gatling = Clients.gatling();
        List<String> plain = List.of(Clients.PLAIN_NIO, Clients.PLAIN_EPOLL);
        try (Server stub = Server.stub(STUB, scratch.folder(), STUB_PORT, List.of())) {
            List<Pair> pairs =
                    gatling.stream().map(client -> new Pair(client, stub)).toList();
            new Turns().run(pairs.subList(0, 1), 1, seconds, told); // The stub is cold.
            Turns turns = new Turns();
            turns.run(pairs, rounds, seconds, told);
            System.out.println(turns.table(plain));
        }
        if (Server.hasNginx()) {
            try (Server nginx = Server.nginx(scratch.folder(), NGINX_PORT)) {
                Turns turns = new Turns();
                turns.run(
                        Stream.concat(gatling.stream(), Clients.peers().stream())
                                .map(client -> new Pair(client, nginx))
                                .toList(),
                        rounds,
                        seconds,
                        told);
                System.out.println(turns.table(plain));
            }
        } else {
            told.add("skipped: all that call nginx, which is not installed");
        }
        told.forEach(line -> System.out.println(line + "\n"));
    }

    private static void stub(int rounds, int seconds, Scratch scratch) throws IOException, InterruptedException {
        if (!Server.hasNginx()) {
            System.out.println("skipped: nginx is not installed");
            return;
        }
        List<String> told = new ArrayList<>();
        try (Server nginx = Server.nginx(scratch.folder(), NGINX_PORT);
                Server stub = Server.stub(
                        STUB_OF_ONE,
                        scratch.folder(),
                        STUB_PORT,
                        List.of("--io-threads", "1", "--close-policy", "server"))) {
            for (Client client : List.of(Clients.ab(), Clients.wrk())) {
                List<Pair> pairs = List.of(new Pair(client, nginx), new Pair(client, stub));
                new Turns().run(pairs.subList(1, 2), 1, seconds, told); // The stub is cold.
                Turns turns = new Turns();
                turns.run(pairs, rounds, seconds, told);
                System.out.println(turns.serversTable());
            }
        }
        told.forEach(line -> System.out.println(line + "\n"));
    }
}
