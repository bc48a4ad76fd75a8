package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Linux, read from {@code /proc} alone: no command is run. */
final class LinuxMachine implements MachineReader {

    private final Path proc;
    private final LinuxFigures figures;
    private final ProcNetTcp table;

    LinuxMachine(Path proc, Path boot) {
        this.proc = proc;
        this.figures = new LinuxFigures(proc, boot);
        this.table = ProcNetTcp.under(proc);
    }

    static LinuxMachine here() {
        return new LinuxMachine(Path.of("/proc"), Path.of("/boot"));
    }

    @Override
    public MachineLimits limits() {
        Figure<PortRange> ports = figures.ports();
        Figure<List<PortRange>> reserved = figures.reserved();
        Figure<List<Integer>> listening = listening(ports, reserved);
        LinuxTimeWait timeWait = new LinuxTimeWait(figures);
        OptionalInt usable = MachineLimits.usable(ports, reserved, listening);
        List<Figure<?>> others = new ArrayList<>();
        others.add(Figure.of("TIME_WAIT", ProcNetTcp.TIME_WAIT.toSeconds(), "s", "include/net/tcp.h (TCP_TIMEWAIT_LEN)")
                .meaning("built into the kernel: no setting changes it"));
        others.add(Figure.of("scope", Scope.DESTINATION, "", "net/ipv4/inet_hashtables.c (__inet_hash_connect)")
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
                reserved,
                listening,
                others,
                Scope.DESTINATION,
                timeWait.acrossNetwork(),
                timeWait.onLoopback(),
                timeWait.masks(usable),
                timeWait.areMasksKnown(usable));
    }

    private Figure<List<Integer>> listening(Figure<PortRange> ports, Figure<List<PortRange>> reserved) {
        String name = "listened on";
        String source = proc.resolve("net/tcp") + ", tcp6";
        PortRange range = ports.value();
        if (range == null) {
            return Figure.unknown(name, "", source, "the port range could not be read");
        }
        TreeSet<Integer> found = new TreeSet<>();
        try {
            table.forEach(line -> {
                if (line.state() == TcpState.LISTEN
                        && range.contains(line.localPort())
                        && reserved.known().orElse(List.of()).stream().noneMatch(r -> r.contains(line.localPort()))) {
                    found.add(line.localPort());
                }
            });
        } catch (IOException e) {
            return Figure.unknown(name, "", source, LinuxFigures.why(e));
        }
        return Figure.of(name, List.copyOf(found), "", source)
                .meaning("ports of the range with a listening socket: a connect is never given them");
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        List<String> notes = new ArrayList<>();
        List<TcpConnection> connections = new ArrayList<>();
        LinuxOwners owners = LinuxOwners.read(proc);
        try {
            table.forEach(line -> connections.add(new TcpConnection(
                    line.local(),
                    line.remote(),
                    line.state(),
                    line.isTimeWait() ? OptionalLong.of(line.timeWaitAgeMillis()) : OptionalLong.empty(),
                    owners.of(line.inode()))));
        } catch (IOException e) {
            notes.add("the table of connections can't be read: " + LinuxFigures.why(e));
            return PortUse.unknown(proc.resolve("net/tcp") + ", tcp6", notes);
        }
        if (owners.unreadable() > 0) {
            notes.add("the owners of connections are told for processes of this user only: "
                    + Words.count(owners.unreadable()) + " others can't be read");
        }
        notes.add("sockets that are bound and neither listen nor connect are in no table");
        return PortUse.of(connections, limits, proc.resolve("net/tcp") + ", tcp6", notes);
    }
}
