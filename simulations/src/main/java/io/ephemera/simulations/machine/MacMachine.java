package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** macOS, read by {@code sysctl} and {@code netstat}. */
record MacMachine(String system, Commands commands) implements MachineReader {

    private static final String RANGE = "net.inet.ip.portrange.";
    private static final String MSL = "net.inet.tcp.msl";
    private static final List<String> SYSCTL =
            List.of("/usr/sbin/sysctl", RANGE + "first", RANGE + "last", RANGE + "hifirst", RANGE + "hilast", MSL);
    private static final List<String> NETSTAT = List.of("/usr/sbin/netstat", "-an", "-p", "tcp");
    private static final String CONNECTIONS = "netstat -an -p tcp";

    @Override
    public MachineLimits limits() {
        MachineFigure<String> sysctl = MachineFigure.read("sysctl", "", "sysctl", () -> commands.run(SYSCTL));
        MachineFigure<Long> first = number(RANGE + "first", "", sysctl);
        MachineFigure<Long> last = number(RANGE + "last", "", sysctl);
        MachineFigure<Long> msl = number(MSL, "ms", sysctl).meaning("TIME_WAIT lasts twice this (2 MSL)");
        List<MachineFigure<?>> others = List.of(
                first,
                last,
                number(RANGE + "hifirst", "", sysctl)
                        .meaning("for sockets that ask for the high range (IP_PORTRANGE_HIGH)"),
                number(RANGE + "hilast", "", sysctl),
                msl,
                MachineFigure.of(
                                "scope",
                                Scope.GLOBAL,
                                "",
                                "measured by others: github.com/oven-sh/bun, pull request 33929")
                        .meaning("with all ports in TIME_WAIT a connect to a fresh listener was refused too"));
        EphemeralPorts ports = new EphemeralPorts(
                MachineFigure.read("ports", "ports", "sysctl " + RANGE + "first, last", () -> range(first, last)),
                MachineFigure.unknown("reserved", "", "sysctl", "no such setting is known on macOS"),
                MachineFigure.unknown("listened on", "", String.join(" ", NETSTAT), "not counted on macOS"));
        return new MachineLimits(system, ports, others, Scope.GLOBAL, hold(msl), hold(msl), List.of(), false);
    }

    private static MachineFigure<Long> number(String name, String unit, MachineFigure<String> sysctl) {
        String source = "sysctl " + name;
        Matcher matcher = Pattern.compile("^" + Pattern.quote(name) + "\\s*[:=]\\s*(\\d{1,9})\\s*$", Pattern.MULTILINE)
                .matcher(sysctl.known().orElse(""));
        if (matcher.find()) {
            return MachineFigure.of(name, Long.valueOf(matcher.group(1)), unit, source);
        }
        return MachineFigure.unknown(
                name, unit, source, sysctl.value() == null ? sysctl.note() : "sysctl does not tell it");
    }

    private static PortRange range(MachineFigure<Long> first, MachineFigure<Long> last) throws IOException {
        Long from = first.value();
        Long to = last.value();
        if (from == null || to == null) {
            throw new IOException(from == null ? first.note() : last.note());
        }
        return new PortRange(Math.toIntExact(from), Math.toIntExact(to));
    }

    private static Optional<PortHoldTime> hold(MachineFigure<Long> msl) {
        return msl.known()
                .filter(millis -> millis > 0)
                .map(millis -> new PortHoldTime(
                        Duration.ofMillis(2 * millis), "twice net.inet.tcp.msl=" + millis + " ms (2 MSL)", List.of()));
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        try {
            return Netstat.of(commands.run(NETSTAT), id -> "process")
                    .use(
                            limits,
                            CONNECTIONS,
                            ": netstat cuts long addresses off",
                            "netstat tells neither the age of TIME_WAIT nor the process; some versions leave TIME_WAIT"
                                    + " out");
        } catch (IOException e) {
            return PortUse.unknown(CONNECTIONS, String.valueOf(e.getMessage()));
        }
    }
}
