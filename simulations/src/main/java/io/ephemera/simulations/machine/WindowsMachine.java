package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.machine.Hold.Alternative;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Windows, read by its own commands. Their words are translated, so numbers are read and words are not. */
final class WindowsMachine implements MachineReader {

    private static final List<String> RANGE = List.of("netsh", "int", "ipv4", "show", "dynamicport", "tcp");
    private static final List<String> EXCLUDED = List.of("netsh", "int", "ipv4", "show", "excludedportrange", "tcp");
    private static final String KEY = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

    /** The whole key, so that a value that is absent can be told from a query that failed. */
    private static final List<String> PARAMETERS = List.of("reg", "query", KEY);

    private static final List<String> CONNECTIONS = List.of("netstat", "-ano");

    private static final Pattern LAST_NUMBER = Pattern.compile("^.*?(\\d{1,5})\\s*$", Pattern.MULTILINE);
    private static final Pattern TWO_NUMBERS =
            Pattern.compile("^\\s*(\\d{1,5})\\s+(\\d{1,5})\\s*\\*?\\s*$", Pattern.MULTILINE);

    private static final String ABSENT = "not set: the default is in force";

    private static final Duration DOCUMENTED_240 = Duration.ofMinutes(4);
    private static final Duration DOCUMENTED_120 = Duration.ofMinutes(2);

    private final String system;
    private final Commands commands;

    WindowsMachine(String system, Commands commands) {
        this.system = system;
        this.commands = commands;
    }

    @Override
    public MachineLimits limits() {
        String registry = null;
        String failure = ABSENT;
        try {
            registry = commands.run(PARAMETERS);
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
        Figure<Long> delay = parameter("TcpTimedWaitDelay", "s", registry, failure)
                .meaning("the documents say 30 to 300 s; whether this Windows heeds it is not established here");
        Figure<Long> maxUserPort = parameter("MaxUserPort", "", registry, failure)
                .meaning("the highest port up to Windows Server 2003; later the range above is what is in force");
        return new MachineLimits(
                system,
                ports(),
                reserved(),
                Figure.unknown("listened on", "", String.join(" ", CONNECTIONS), "not counted on Windows"),
                List.of(
                        delay,
                        maxUserPort,
                        Figure.of("scope", Scope.GLOBAL, "", "KB196271 (MaxUserPort), up to Windows Server 2003")
                                .meaning("one range for all destinations; whether later versions do better is not"
                                        + " established here")),
                Scope.GLOBAL,
                hold(delay),
                hold(delay),
                List.of(),
                false);
    }

    private Figure<PortRange> ports() {
        String source = String.join(" ", RANGE);
        String output;
        try {
            output = commands.run(RANGE);
        } catch (IOException e) {
            return Figure.unknown("ports", "ports", source, String.valueOf(e.getMessage()));
        }
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = LAST_NUMBER.matcher(output);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        if (numbers.size() != 2) {
            return Figure.unknown(
                    "ports", "ports", source, "its output has " + numbers.size() + " numbers where 2 were expected");
        }
        int first = numbers.get(0);
        // 49152 and 16384 end at 65535, but so does 1024 with 64511; a count past the last port is cut.
        int last = Math.min(first + numbers.get(1) - 1, 65_535);
        try {
            return Figure.of("ports", new PortRange(first, last), "ports", source);
        } catch (IllegalArgumentException e) {
            return Figure.unknown("ports", "ports", source, String.valueOf(e.getMessage()));
        }
    }

    private Figure<List<PortRange>> reserved() {
        String source = String.join(" ", EXCLUDED);
        try {
            List<PortRange> ranges = new ArrayList<>();
            Matcher matcher = TWO_NUMBERS.matcher(commands.run(EXCLUDED));
            while (matcher.find()) {
                ranges.add(new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
            }
            return Figure.of("reserved", List.copyOf(ranges), "", source);
        } catch (IOException | IllegalArgumentException e) {
            return Figure.unknown("reserved", "", source, String.valueOf(e.getMessage()));
        }
    }

    private static Figure<Long> parameter(String name, String unit, @Nullable String registry, String failure) {
        String source = String.join(" ", PARAMETERS);
        Matcher matcher = Pattern.compile(
                        "^\\s*" + name + "\\s+REG_DWORD\\s+0x([0-9a-f]{1,8})\\s*$",
                        Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
                .matcher(registry == null ? "" : registry);
        return matcher.find()
                ? Figure.of(name, Long.valueOf(matcher.group(1), 16), unit, source)
                : Figure.unknown(name, unit, source, failure);
    }

    private static Optional<Hold> hold(Figure<Long> delay) {
        Long seconds = delay.value();
        if (seconds != null && seconds > 0) {
            return Optional.of(new Hold(
                    Duration.ofSeconds(seconds),
                    "TcpTimedWaitDelay=" + seconds + ", as the registry has it",
                    List.of()));
        }
        if (!delay.note().equals(ABSENT)) {
            return Optional.empty();
        }
        return Optional.of(new Hold(
                DOCUMENTED_240,
                "the default of TcpTimedWaitDelay, on which the documents contradict each other; 240 s is taken, the longer"
                        + " and so the safe one (Microsoft TechNet, cc938217, Windows 2000)",
                List.of(new Alternative(
                        DOCUMENTED_120,
                        Hold.Kind.DOCUMENTED,
                        "documented too: 0x78, Microsoft TechNet, cc757512 (Windows Server 2003), whose own text calls it"
                                + " 4 minutes"))));
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        List<String> notes = new ArrayList<>();
        List<TcpConnection> connections = List.of();
        try {
            Netstat netstat = Netstat.ofWindows(commands.run(CONNECTIONS), WindowsMachine::processName);
            connections = netstat.connections();
            if (netstat.unread() > 0) {
                notes.add(Words.count(netstat.unread()) + " lines could not be read");
            }
        } catch (IOException e) {
            notes.add("the table of connections can't be read: " + e.getMessage());
            return PortUse.unknown(String.join(" ", CONNECTIONS), notes);
        }
        notes.add(
                "netstat tells no age of TIME_WAIT, and leaves out ports that are bound only (netstat -q shows them)");
        return PortUse.of(connections, limits, String.join(" ", CONNECTIONS), notes);
    }

    private static @Nullable String processName(long id) {
        return ProcessHandle.of(id)
                .flatMap(process -> process.info().command())
                .map(command -> command.substring(command.lastIndexOf('\\') + 1))
                .orElse(null);
    }
}
