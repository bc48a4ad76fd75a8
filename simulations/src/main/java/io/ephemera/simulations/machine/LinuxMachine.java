package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Linux, read from {@code /proc} alone: no command is run. Or from what somebody printed of it. */
final class LinuxMachine implements MachineReader {

    private final LinuxFigures figures;
    private final Table table;
    private final String tableSource;

    /** The connections. */
    interface Table {

        /**
         * Visits every row.
         *
         * @param owners whether to tell which process has it
         * @return what the table does not show
         */
        List<String> forEach(boolean owners, Consumer<TcpConnection> visitor) throws IOException;
    }

    LinuxMachine(Path proc, Path boot) {
        this(
                LinuxFigures.at(proc, boot),
                (owners, visitor) -> read(proc, owners, visitor),
                proc.resolve("net/tcp") + ", tcp6");
    }

    LinuxMachine(LinuxFigures figures, Table table, String tableSource) {
        this.figures = figures;
        this.table = table;
        this.tableSource = tableSource;
    }

    private static List<String> read(Path proc, boolean owners, Consumer<TcpConnection> visitor) throws IOException {
        ProcNetTcp rows = new ProcNetTcp(proc);
        if (!owners) {
            rows.forEach(visitor);
            return List.of();
        }
        LinuxOwners processes = LinuxOwners.read(proc);
        rows.forEach(processes::of, visitor);
        List<String> notes = new ArrayList<>();
        if (processes.unreadable() > 0) {
            notes.add("the owners of connections are told for processes of this user only: "
                    + Format.count(processes.unreadable()) + " others can't be read");
        }
        notes.add("sockets that are bound and neither listen nor connect are in no table");
        return notes;
    }

    @Override
    public MachineLimits limits() {
        MachineFigure<PortRange> range = figures.ports();
        MachineFigure<List<PortRange>> reserved = figures.reserved();
        EphemeralPorts ports = new EphemeralPorts(range, reserved, listening(range, reserved));
        LinuxTimeWait timeWait = new LinuxTimeWait(figures, ports.usable());
        List<MachineFigure<?>> others = new ArrayList<>();
        others.add(MachineFigure.of(
                        "TIME_WAIT", ProcNetTcp.TIME_WAIT.toSeconds(), "s", "include/net/tcp.h (TCP_TIMEWAIT_LEN)")
                .meaning("built into the kernel: no setting changes it"));
        others.add(MachineFigure.of("scope", Scope.DESTINATION, "", "net/ipv4/inet_hashtables.c (__inet_hash_connect)")
                .meaning(
                        "connect() takes a port that is free towards its destination; bind() to port 0 one that is free"
                                + " towards all, and none in TIME_WAIT unless ip_autobind_reuse is 1"));
        others.addAll(timeWait.figures());
        others.add(figures.number("tcp_fin_timeout", "s")
                .meaning("how long FIN_WAIT_2 waits for the other side; it does not set TIME_WAIT"));
        others.add(figures.timeWaitEntries());
        return new MachineLimits(
                "Linux " + figures.release(),
                ports,
                others,
                Scope.DESTINATION,
                timeWait.acrossNetwork(),
                timeWait.onLoopback(),
                timeWait.masks(),
                timeWait.areMasksKnown());
    }

    private MachineFigure<List<Integer>> listening(
            MachineFigure<PortRange> ports, MachineFigure<List<PortRange>> reserved) {
        String name = "listened on";
        PortRange range = ports.value();
        if (range == null) {
            return MachineFigure.unknown(name, "", tableSource, "the port range could not be read");
        }
        List<PortRange> excluded = reserved.known().orElse(List.of());
        TreeSet<Integer> found = new TreeSet<>();
        try {
            table.forEach(false, row -> {
                int port = row.local().getPort();
                if (row.state() == TcpState.LISTEN
                        && range.contains(port)
                        && excluded.stream().noneMatch(other -> other.contains(port))) {
                    found.add(port);
                }
            });
        } catch (IOException e) {
            return MachineFigure.unknown(name, "", tableSource, LinuxFigures.why(e));
        }
        return MachineFigure.of(name, List.copyOf(found), "", tableSource)
                .meaning("ports of the range with a listening socket: a connect is never given them");
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        List<TcpConnection> connections = new ArrayList<>();
        try {
            List<String> notes = table.forEach(true, connections::add);
            return PortUse.of(connections, limits, tableSource, notes);
        } catch (IOException e) {
            return PortUse.unknown(tableSource, LinuxFigures.why(e));
        }
    }
}
