package io.ephemera.simulations.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts behind a router of their own, in network namespaces: this process is the server's, a router masquerades what comes from its
 * clients, and each client is a JVM of its own. All of it ends with this process: the others wait for their input.
 *
 * <p>Reads lines {@code CLIENT what PORT TIMES} and answers each with the client's own answer.
 */
final class GatewayNetwork {

    private static final String SERVER = "10.99.0.1";

    private GatewayNetwork() {}

    /**
     * Goes on until its input ends.
     *
     * @param args how many clients; the size of the gateway's range for each port of the server, from 8001 up
     */
    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[0]);
        List<Process> processes = new ArrayList<>();
        try {
            Process router = new ProcessBuilder("unshare", "--net", "cat").start();
            processes.add(router);
            // Its own echo shows that it is in its namespace.
            new Peer(router).tell("router");
            long at = router.pid();
            run("ip link add wan type veth peer name out netns " + at + " && ip addr add " + SERVER
                    + "/24 dev wan && ip link set wan up");
            inside(
                    at,
                    "ip addr add 10.99.0.2/24 dev out && ip link set out up && echo 1 > /proc/sys/net/ipv4/ip_forward");
            masquerade(at, args);
            List<Peer> peers = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                Process process = new ProcessBuilder(command(SERVER))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                processes.add(process);
                Peer peer = new Peer(process);
                peer.hear();
                peers.add(peer);
                String net = "10.1." + client + ".";
                inside(
                        at,
                        "ip link add c" + client + " type veth peer name eth0 netns " + process.pid()
                                + " && ip addr add " + net + "1/24 dev c" + client + " && ip link set c" + client
                                + " up");
                inside(
                        process.pid(),
                        "ip addr add " + net + "2/24 dev eth0 && ip link set eth0 up && ip route add default via " + net
                                + "1");
            }
            for (int i = 1; i < args.length; i++) {
                serve(new ServerSocket(8_000 + i, 1_000));
            }
            System.out.println("ready");
            BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                String[] parts = line.split(" ", 2);
                System.out.println(peers.get(Integer.parseInt(parts[0])).tell(parts[1]));
                System.out.flush();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        System.exit(0);
    }

    /** A range of ports of its own for each port of the server. */
    private static void masquerade(long router, String[] args) throws IOException, InterruptedException {
        StringBuilder rules =
                new StringBuilder("table ip nat {\n chain post {\n  type nat hook postrouting priority 100;\n");
        for (int i = 1; i < args.length; i++) {
            rules.append("  oifname \"out\" tcp dport ")
                    .append(8_000 + i)
                    .append(" masquerade to :20000-")
                    .append(20_000 + Integer.parseInt(args[i]) - 1)
                    .append(" fully-random\n");
        }
        rules.append(" }\n}");
        inside(router, "printf '%s\\n' '" + rules.toString().replace("\n", "' '") + "' | nft -f -");
    }

    private static void serve(ServerSocket server) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    Socket accepted = server.accept();
                    accepted.getOutputStream().write(1);
                    Thread until = new Thread(() -> untilClosed(accepted));
                    until.setDaemon(true);
                    until.start();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void untilClosed(Socket accepted) {
        try (accepted) {
            while (accepted.getInputStream().read() >= 0) {
                // Only the end matters.
            }
        } catch (IOException e) {
            // Reset: it is closed.
        }
    }

    private static List<String> command(String server) {
        return List.of(
                "unshare",
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayClient.class.getName(),
                server);
    }

    private static void inside(long process, String command) throws IOException, InterruptedException {
        run("nsenter --net=/proc/" + process + "/ns/net -- sh -c \"$0\"", command);
    }

    private static void run(String... script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c"));
        command.addAll(List.of(script));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", script) + ": " + said);
        }
    }

    /** A process that answers each line with one. */
    private record Peer(Writer input, BufferedReader output) {

        Peer(Process process) {
            this(process.outputWriter(), process.inputReader());
        }

        String tell(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
            return hear();
        }

        String hear() throws IOException {
            String answer = output.readLine();
            if (answer == null) {
                throw new IOException("a process has ended");
            }
            return answer;
        }
    }
}
