package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** macOS, read by {@code sysctl} and {@code netstat}. */
final class MacMachine implements MachineReader {

    private static final String RANGE = "net.inet.ip.portrange.";
    private static final String MSL = "net.inet.tcp.msl";
    private static final List<String> SYSCTL =
            List.of("/usr/sbin/sysctl", RANGE + "first", RANGE + "last", RANGE + "hifirst", RANGE + "hilast", MSL);
    private static final List<String> CONNECTIONS = List.of("/usr/sbin/netstat", "-an", "-p", "tcp");

    private final String system;
    private final Commands commands;

    MacMachine(String system, Commands commands) {
        this.system = system;
        this.commands = commands;
    }

    @Override
    public MachineLimits limits() {
        String output;
        String failure;
        try {
            output = commands.run(SYSCTL);
            failure = "sysctl does not tell it";
        } catch (IOException e) {
            output = "";
            failure = String.valueOf(e.getMessage());
        }
        Figure<Long> first = number(RANGE + "first", "", output, failure);
        Figure<Long> last = number(RANGE + "last", "", output, failure);
        Figure<Long> msl = number(MSL, "ms", output, failure).meaning("TIME_WAIT lasts twice this (2 MSL)");
        return new MachineLimits(
                system,
                ports(first, last),
                Figure.unknown("reserved", "", "sysctl", "no such setting is known on macOS"),
                Figure.unknown("listened on", "", String.join(" ", CONNECTIONS), "not counted on macOS"),
                List.of(
                        first,
                        last,
                        number(RANGE + "hifirst", "", output, failure)
                                .meaning("for sockets that ask for the high range (IP_PORTRANGE_HIGH)"),
                        number(RANGE + "hilast", "", output, failure),
                        msl,
                        Figure.of(
                                        "scope",
                                        Scope.GLOBAL,
                                        "",
                                        "measured by others: github.com/oven-sh/bun, pull request 33929")
                                .meaning("with all ports in TIME_WAIT a connect to a fresh listener was refused too")),
                Scope.GLOBAL,
                hold(msl),
                hold(msl),
                List.of(),
                false);
    }

    private static Figure<Long> number(String name, String unit, String output, String failure) {
        String source = "sysctl " + name;
        Matcher matcher = Pattern.compile("^" + Pattern.quote(name) + "\\s*[:=]\\s*(\\d{1,9})\\s*$", Pattern.MULTILINE)
                .matcher(output);
        return matcher.find()
                ? Figure.of(name, Long.valueOf(matcher.group(1)), unit, source)
                : Figure.unknown(name, unit, source, failure);
    }

    private static Figure<PortRange> ports(Figure<Long> first, Figure<Long> last) {
        String source = "sysctl " + RANGE + "first, last";
        Long from = first.value();
        Long to = last.value();
        if (from == null || to == null) {
            return Figure.unknown("ports", "ports", source, from == null ? first.note() : last.note());
        }
        try {
            return Figure.of("ports", new PortRange(Math.toIntExact(from), Math.toIntExact(to)), "ports", source);
        } catch (IllegalArgumentException e) {
            return Figure.unknown("ports", "ports", source, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Hold> hold(Figure<Long> msl) {
        Long millis = msl.value();
        return millis == null || millis <= 0
                ? Optional.empty()
                : Optional.of(new Hold(
                        Duration.ofMillis(2 * millis), "twice net.inet.tcp.msl=" + millis + " ms (2 MSL)", List.of()));
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        List<String> notes = new ArrayList<>();
        List<TcpConnection> connections = List.of();
        try {
            Netstat netstat = Netstat.ofMac(commands.run(CONNECTIONS));
            connections = netstat.connections();
            if (netstat.unread() > 0) {
                notes.add(Words.count(netstat.unread()) + " lines could not be read: netstat cuts long addresses off");
            }
        } catch (IOException e) {
            notes.add("the table of connections can't be read: " + e.getMessage());
            return PortUse.unknown("netstat -an -p tcp", notes);
        }
        notes.add("netstat tells neither the age of TIME_WAIT nor the process; some versions leave TIME_WAIT out");
        return PortUse.of(connections, limits, "netstat -an -p tcp", notes);
    }
}
