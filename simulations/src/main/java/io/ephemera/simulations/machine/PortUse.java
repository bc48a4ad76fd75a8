package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.reports.Format;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What holds the ephemeral ports of this machine at one moment.
 *
 * @param byState connections from ephemeral ports, by their state; TIME_WAIT of every age
 * @param byRemote the same by remote endpoint, those with the most ports first
 * @param source the file or command that it was read from
 * @param serverSide connections whose port a connect is never given, since it is listened on or outside the range: by state
 * @param known whether the table could be read: only then does an empty list mean that nothing holds a port
 * @param notes what could not be read, and what the source does not show
 */
public record PortUse(
        Map<TcpState, Integer> byState,
        List<RemoteUse> byRemote,
        Map<TcpState, Integer> serverSide,
        String source,
        boolean known,
        List<String> notes) {

    /** Copies the collections. */
    public PortUse {
        byState = Map.copyOf(byState);
        byRemote = List.copyOf(byRemote);
        serverSide = Map.copyOf(serverSide);
        notes = List.copyOf(notes);
    }

    /**
     * What holds ports towards one remote endpoint.
     *
     * @param remote the remote endpoint
     * @param counts by what they do to their port
     * @param owners connections by the process that has them, as {@code name (pid)}; those in TIME_WAIT have none
     * @param timeWaitAgesMillis how long each connection that TIME_WAIT still holds has been in it, in milliseconds, rising; of
     *     those alone whose age the platform tells
     */
    public record RemoteUse(
            InetSocketAddress remote,
            ConnectionCounts counts,
            Map<String, Integer> owners,
            List<Long> timeWaitAgesMillis) {

        /** Copies the collections. */
        public RemoteUse {
            owners = Map.copyOf(owners);
            timeWaitAgesMillis = List.copyOf(timeWaitAgesMillis);
        }
    }

    /** Where the table of connections could not be read. */
    static PortUse unknown(String source, String why) {
        return new PortUse(
                Map.of(),
                List.of(),
                Map.of(),
                source,
                false,
                List.of("the table of connections can't be read: " + why));
    }

    static PortUse of(List<TcpConnection> connections, MachineLimits limits, String source, List<String> notes) {
        List<String> allNotes = new ArrayList<>(notes);
        PortRange range = limits.ports().range().value();
        if (range == null) {
            allNotes.add("the port range could not be read: every connection is counted");
            range = new PortRange(1, 65_535);
        }
        if (limits.acrossNetwork().isEmpty() || limits.onLoopback().isEmpty()) {
            allNotes.add(
                    "how long TIME_WAIT holds a port could not be read: where it is missing, all in TIME_WAIT count as"
                            + " held");
        }
        Map<TcpState, Integer> byState = new EnumMap<>(TcpState.class);
        Map<InetSocketAddress, List<TcpConnection>> byRemote = new HashMap<>();
        Map<TcpState, Integer> serverSide = new EnumMap<>(TcpState.class);
        TreeSet<Integer> serverPorts = new TreeSet<>();
        Set<Integer> listening = connections.stream()
                .filter(connection -> connection.state() == TcpState.LISTEN)
                .map(connection -> connection.local().getPort())
                .collect(Collectors.toSet());
        for (TcpConnection connection : connections) {
            int port = connection.local().getPort();
            if (!connection.state().holdsPort()) {
                continue;
            }
            if (!range.contains(port) || listening.contains(port)) {
                serverSide.merge(connection.state(), 1, Integer::sum);
                serverPorts.add(port);
            } else {
                byState.merge(connection.state(), 1, Integer::sum);
                byRemote.computeIfAbsent(connection.remote(), remote -> new ArrayList<>())
                        .add(connection);
            }
        }
        List<RemoteUse> remotes = new ArrayList<>();
        byRemote.forEach((remote, its) -> remotes.add(remoteUse(remote, its, limits)));
        remotes.sort(Comparator.comparingInt((RemoteUse use) -> -use.counts().held())
                .thenComparing(use -> -use.counts().timeWaitReusable())
                .thenComparing(use -> use.remote().toString()));
        if (!serverSide.isEmpty()) {
            allNotes.add(0, serverSide(serverSide, serverPorts));
        }
        return new PortUse(byState, remotes, serverSide, source, true, allNotes);
    }

    private static String serverSide(Map<TcpState, Integer> states, TreeSet<Integer> ports) {
        return "on ports that a connect is never given, the server's side: "
                + states.entrySet().stream()
                        .map(state -> Format.count(state.getValue()) + " " + state.getKey())
                        .collect(Collectors.joining(", "))
                + " (local port " + ports.stream().limit(3).map(String::valueOf).collect(Collectors.joining(", "))
                + (ports.size() > 3 ? ", …" : "") + "); they hold no ephemeral port";
    }

    private static RemoteUse remoteUse(
            InetSocketAddress remote, List<TcpConnection> connections, MachineLimits limits) {
        Duration hold =
                limits.holdTowards(remote.getAddress()).map(PortHoldTime::used).orElse(ProcNetTcp.TIME_WAIT);
        Map<String, Integer> owners = new TreeMap<>();
        List<Long> heldAgesMillis = new ArrayList<>();
        for (TcpConnection connection : connections) {
            if (connection.isHeldInTimeWait(hold)) {
                connection.timeWaitAgeMillis().ifPresent(heldAgesMillis::add);
            }
            if (connection.owner() != null) {
                owners.merge(connection.owner(), 1, Integer::sum);
            }
        }
        heldAgesMillis.sort(null);
        return new RemoteUse(remote, ConnectionCounts.of(connections, hold), owners, heldAgesMillis);
    }

    /**
     * Connections that hold a port: live, or in TIME_WAIT younger than the hold in force. Where the scope is the destination, a
     * port that is held towards two remote endpoints counts twice.
     */
    public int held() {
        return byRemote.stream().mapToInt(use -> use.counts().held()).sum();
    }
}
