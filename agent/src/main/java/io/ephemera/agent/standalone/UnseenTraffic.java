package io.ephemera.agent.standalone;

import io.ephemera.agent.TcpTable;
import io.ephemera.agent.usage.ReportText;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks for connections that count, but went past the hook: those of this process that the system knows and the hook does not,
 * those of its child processes, and classes that connect natively. The system's table is Linux's; a connection shorter than the
 * time between two looks is missed there.
 */
final class UnseenTraffic {

    private static final Path PROC = Path.of("/proc");
    private static final int TICKS_BETWEEN_LOOKS = 5;
    /** So many times as long as a look has taken, the next one waits: half a per cent of a processor at most. */
    private static final int REST = 200;

    private static final int MOST_CHILDREN = 64;
    private static final int MOST_REMEMBERED = 10_000;

    private final Supplier<Set<Integer>> knownPorts;
    private final Predicate<RemoteEndpoint> destinations;
    private final boolean hasTable = Files.isReadable(PROC.resolve("self/net/tcp"));
    private final PortRange chosenBySystem = chosenBySystem();
    private final Map<String, String> transports = new ConcurrentSkipListMap<>();
    private final LongSupplier childProcesses;
    private final LongSupplier udpSockets;

    private int ticksToRest;

    // Guarded by this.
    private final Set<Long> openBefore;
    private final Set<Long> own = new HashSet<>();
    private final Set<Long> children = new HashSet<>();
    private final Set<String> childCommands = new HashSet<>();
    private final BitSet listening = new BitSet();
    private String ownExample = "";

    /**
     * @param knownPorts local ports of the connections that the hook follows now
     * @param destinations the remote endpoints that count
     * @param childProcesses how many have been started
     * @param udpSockets how many have been made
     */
    UnseenTraffic(
            Supplier<Set<Integer>> knownPorts,
            Predicate<RemoteEndpoint> destinations,
            LongSupplier childProcesses,
            LongSupplier udpSockets) {
        this.knownPorts = knownPorts;
        this.childProcesses = childProcesses;
        this.udpSockets = udpSockets;
        this.destinations = destinations;
        this.openBefore = hasTable ? Set.copyOf(inodes(PROC.resolve("self"))) : Set.of();
    }

    /**
     * A class that connects past the JDK's socket classes has been loaded.
     *
     * @param what it is, with where it lies if that is not its own place
     * @param switchOff the option of the JVM without which it is used; empty if there is none
     */
    void transportLoaded(String what, String switchOff) {
        transports.put(what, switchOff);
    }

    /** For one thread, in each turn of {@link Ticker}. */
    void lookNowAndThen() {
        ticksToRest--;
        if (ticksToRest < 0) {
            long began = System.nanoTime();
            look();
            long tookNanos = System.nanoTime() - began;
            ticksToRest = (int) Math.max(TICKS_BETWEEN_LOOKS - 1, REST * tookNanos / Ticker.PERIOD_NANOS);
        }
    }

    /** Compares what the system knows with what the hook knows. */
    synchronized void look() {
        if (!hasTable) {
            return;
        }
        Path self = PROC.resolve("self");
        List<TcpTable.Row> suspects = connectionsOf(self, listening);
        suspects.removeIf(row -> openBefore.contains(row.inode()));
        if (!suspects.isEmpty()) {
            Set<Integer> known = knownPorts.get();
            // Still open after the hook was asked, so it was open when the hook did not know it.
            Set<Long> after = inodes(self);
            suspects.stream()
                    .filter(row -> !known.contains(row.localPort()) && after.contains(row.inode()))
                    .forEach(this::found);
        }
        ProcessHandle.current().descendants().limit(MOST_CHILDREN).forEach(this::lookAtChild);
    }

    /**
     * The connections that a process has made, by what the system shows: an accepted one has its listener's port, and may outlive
     * the listener; the port of one that was made without a bind is one that the system chose.
     *
     * @param listeners ports that the process has been seen to listen on
     */
    private List<TcpTable.Row> connectionsOf(Path process, BitSet listeners) {
        Set<Long> sockets = inodes(process);
        List<TcpTable.Row> rows = new ArrayList<>();
        if (!sockets.isEmpty()) {
            TcpTable.forEach(process.resolve("net"), row -> {
                if (!row.isInTimeWait() && sockets.contains(row.inode())) {
                    rows.add(row);
                }
            });
        }
        rows.stream().filter(TcpTable.Row::isListening).forEach(row -> listeners.set(row.localPort()));
        rows.removeIf(row -> !row.isConnected()
                || listeners.get(row.localPort())
                || !chosenBySystem.contains(row.localPort())
                || !destinations.test(row.remote()));
        return rows;
    }

    private static PortRange chosenBySystem() {
        try {
            String[] bounds = Files.readString(PROC.resolve("sys/net/ipv4/ip_local_port_range"))
                    .strip()
                    .split("\\s+", 2);
            return new PortRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return new PortRange(1, 65_535);
        }
    }

    private void found(TcpTable.Row row) {
        if (own.size() < MOST_REMEMBERED && own.add(row.inode()) && ownExample.isEmpty()) {
            ownExample = "local port " + row.localPort() + " to " + row.remote();
        }
    }

    private void lookAtChild(ProcessHandle child) {
        Path process = PROC.resolve(String.valueOf(child.pid()));
        for (TcpTable.Row row : connectionsOf(process, new BitSet())) {
            if (children.size() < MOST_REMEMBERED && children.add(row.inode())) {
                childCommands.add(child.info()
                        .command()
                        .map(path -> String.valueOf(Path.of(path).getFileName()))
                        .orElse("process " + child.pid()));
            }
        }
    }

    /**
     * What takes ports past the pool.
     *
     * @param what it is, for machines
     * @param count how much of it is known
     * @param brief in a few words
     * @param line in a sentence, with what would help
     */
    record Finding(String what, long count, String brief, String line) {}

    /** What was found; empty if nothing was. */
    synchronized List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (!own.isEmpty()) {
            findings.add(new Finding(
                    "connections",
                    own.size(),
                    ReportText.count(own.size(), "connection") + " past the hook",
                    ReportText.count(own.size(), "connection")
                            + " or more of this process went past the hook, for example " + ownExample
                            + "; they took no port of the pool"));
        }
        transports.forEach((transport, switchOff) -> findings.add(new Finding(
                transport,
                1,
                transport + (switchOff.isEmpty() ? "" : " (switched off by " + switchOff + ")"),
                "the application has loaded " + transport + ", whose connections go past the hook"
                        + (switchOff.isEmpty() ? "" : "; start it with " + switchOff))));
        long started = childProcesses.getAsLong();
        if (started > 0 || !children.isEmpty()) {
            String connected = children.isEmpty()
                    ? ""
                    : "; " + ReportText.count(children.size(), "connection") + " or more of child processes ("
                            + childCommands.stream().sorted().limit(5).collect(Collectors.joining(", "))
                            + ") took no port of the pool";
            String brief = started == 1 ? "1 child process" : started + " child processes";
            findings.add(new Finding(
                    "child processes",
                    Math.max(started, childCommands.size()),
                    brief,
                    brief + (started == 1 ? " was" : " were") + " started: their connections are not seen" + connected
                            + "; a child that is a JVM can be given the agent by JAVA_TOOL_OPTIONS"));
        }
        long udp = udpSockets.getAsLong();
        if (udp > 0) {
            String brief = ReportText.count(udp, "UDP socket");
            findings.add(new Finding(
                    "udp sockets",
                    udp,
                    brief,
                    brief + (udp == 1 ? " was" : " were") + " made: UDP takes ports of its own, which no pool counts"));
        }
        return findings;
    }

    /** The sockets that a process has open, by inode; none if it is gone or not ours to look at. */
    private static Set<Long> inodes(Path process) {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(Long.parseLong(target, "socket:[".length(), target.length() - 1, 10));
                    }
                } catch (IOException e) {
                    // Closed in between.
                }
            }
        } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
            // As said above.
        }
        return inodes;
    }
}
