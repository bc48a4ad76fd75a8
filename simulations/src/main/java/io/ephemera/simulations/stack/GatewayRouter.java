package io.ephemera.simulations.stack;

import io.ephemera.ports.GatewayLimits;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A router that masquerades (nftables), in a network namespace of its own beside that of the run. The clients are the local addresses
 * of the run's namespace: Linux keeps ports for each local address apart, as if each were a host. Their connections go to the
 * router's address on their side, which hands them on to the stub on its other side (DNAT), since the system would deliver what goes from one
 * of its own addresses to another without any router.
 *
 * <pre>
 * 10.98.1.1, .2, … → 10.98.0.1 | router, from 10.99.0.2:PORT → | 10.99.0.1, the stub
 * </pre>
 */
final class GatewayRouter {

    /** Where the clients find the stub: the router's address on their side. */
    static final String CALLED_HOST = "10.98.0.1";

    private static final String STUB = "10.99.0.1";

    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    /** Lives as long as its input, which is this process's: so the router ends with it, whatever ends that. */
    private final Process namespace;

    private GatewayRouter(Process namespace) {
        this.namespace = namespace;
    }

    /**
     * Builds it.
     *
     * @throws BadSettingException if this machine can't have it: one line says what is missing
     */
    static GatewayRouter open(SharedGateway gateway) throws BadSettingException {
        try {
            Process process = new ProcessBuilder("unshare", "--net", "cat").start();
            // Its echo shows that it is in its namespace.
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            if (process.getInputStream().read() != '\n') {
                throw missing("a second network namespace can't be made: "
                        + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            }
            GatewayRouter router = new GatewayRouter(process);
            router.build(gateway);
            return router;
        } catch (IOException e) {
            throw missing("its router can't be made: " + e.getMessage());
        }
    }

    private void build(SharedGateway gateway) throws BadSettingException, IOException {
        List<String> outside = new ArrayList<>(List.of(
                "link add stub type veth peer name out netns " + namespace.pid(),
                "addr add " + STUB + "/24 dev stub",
                "link set stub up",
                "link add clients type veth peer name in netns " + namespace.pid()));
        for (int client = 1; client <= gateway.clients(); client++) {
            outside.add("addr add " + SharedGateway.CLIENT_NETWORK + "." + client + "/16 dev clients");
        }
        outside.add("link set clients up");
        run("ip", List.of("sh", "-c", "printf '%s\\n' \"$@\" | ip -batch -", "sh"), outside);
        inside(
                "ip",
                "printf '%s\\n' \"$@\" | ip -batch -",
                "addr add 10.99.0.2/24 dev out",
                "link set out up",
                "addr add " + CALLED_HOST + "/16 dev in",
                "link set in up");
        inside("a writable /proc/sys", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        GatewayLimits limits = gateway.limits();
        inside(
                "nft",
                "printf '%s\\n' \"$@\" | nft -f -",
                "table ip ephemera {",
                "counter asked { }",
                "chain before { type nat hook prerouting priority -100;",
                "iifname \"in\" ip daddr " + CALLED_HOST + " dnat to " + STUB,
                "}",
                "chain after { type nat hook postrouting priority 100;",
                "oifname \"out\" meta l4proto tcp counter name asked masquerade to :"
                        + limits.range().firstPort() + "-" + limits.range().lastPort() + " fully-random",
                "}",
                "}");
    }

    /** For how many wall seconds a closed connection is remembered: {@code nf_conntrack_tcp_timeout_time_wait}, whole and at least 1. */
    void remember(double seconds) throws BadSettingException {
        long whole = Math.max(1, Math.round(seconds));
        inside(
                "a writable /proc/sys",
                "echo " + whole + " > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait");
    }

    /**
     * What it has counted: connections are those that came to the rule, without those whose translation was found to be taken.
     *
     * @throws IOException if it can't be asked
     */
    RunEnd.GatewayCounts counts() throws IOException {
        try {
            Matcher packets = PACKETS.matcher(inside("nft", "nft list counter ip ephemera asked"));
            long dropped = dropped(inside("/proc/net/stat/nf_conntrack", "cat /proc/net/stat/nf_conntrack"));
            if (!packets.find()) {
                throw new IOException("no counter");
            }
            return new RunEnd.GatewayCounts(Long.parseLong(packets.group(1)) - dropped, dropped);
        } catch (BadSettingException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Column {@code insert_failed}, a line for each processor, in hexadecimal (net/netfilter/nf_conntrack_standalone.c). */
    private static long dropped(String statistics) throws IOException {
        List<String> lines = statistics.lines().toList();
        int column = Arrays.asList(lines.get(0).trim().split("\\s+", -1)).indexOf("insert_failed");
        if (column < 0) {
            throw new IOException("nf_conntrack counts no insert_failed");
        }
        return lines.stream()
                .skip(1)
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", -1)[column], 16))
                .sum();
    }

    private String inside(String needs, String script, String... lines) throws BadSettingException {
        return run(
                needs,
                List.of("nsenter", "--net=/proc/" + namespace.pid() + "/ns/net", "--", "sh", "-c", script, "sh"),
                List.of(lines));
    }

    private static String run(String needs, List<String> script, List<String> lines) throws BadSettingException {
        List<String> command = new ArrayList<>(script);
        command.addAll(lines);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw missing("its router needs " + needs + " (nftables, iproute2 and util-linux): "
                        + said.strip().replaceAll("\\s+", " "));
            }
            return said;
        } catch (IOException e) {
            throw missing("there is no " + command.get(0) + "; install util-linux, iproute2 and nftables");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw missing("interrupted");
        }
    }

    private static BadSettingException missing(String what) {
        return new BadSettingException(Setting.GATEWAY, "linux-masquerade on stack netns", what);
    }
}
