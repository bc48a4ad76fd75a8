package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.simulations.machine.PortHoldTime.Alternative;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Windows, read by its own commands. Their words are translated, so numbers are read and words are not.
 *
 * @param processNames the name of a process by its id
 */
record WindowsMachine(String system, Commands commands, LongFunction<String> processNames) implements MachineReader {

    private static final String RANGE = "netsh int ipv4 show dynamicport tcp";
    private static final String EXCLUDED = "netsh int ipv4 show excludedportrange tcp";

    /** The whole key, so that a value that is absent can be told from a query that failed. */
    private static final String PARAMETERS = "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

    private static final String CONNECTIONS = "netstat -ano";

    private static final Pattern LAST_NUMBER = Pattern.compile("^.*?(\\d{1,5})\\s*$", Pattern.MULTILINE);
    private static final Pattern TWO_NUMBERS =
            Pattern.compile("^\\s*(\\d{1,5})\\s+(\\d{1,5})\\s*\\*?\\s*$", Pattern.MULTILINE);

    private static final String ABSENT = "not set: the default is in force";

    /** Microsoft TechNet, cc938217: 30 to 300 seconds. */
    private static final long LEAST_DELAY = 30;

    private static final long MOST_DELAY = 300;

    private static final Duration DOCUMENTED_240 = Duration.ofMinutes(4);
    private static final Duration DOCUMENTED_120 = Duration.ofMinutes(2);

    @Override
    public MachineLimits limits() {
        MachineFigure<String> registry = MachineFigure.read("registry", "", PARAMETERS, () -> run(PARAMETERS));
        MachineFigure<Long> delay = parameter("TcpTimedWaitDelay", "s", registry)
                .meaning(
                        "configured: in force after a reboot, on the versions that read it at all; 30 to 300 s are valid");
        MachineFigure<Long> maxUserPort = parameter("MaxUserPort", "", registry)
                .meaning("the highest port up to Windows Server 2003; later the range above is what is in force");
        MachineFigure<Scope> scope = MachineFigure.of(
                        "scope", Scope.GLOBAL, "", "KB196271 (MaxUserPort), up to Windows Server 2003")
                .meaning("one range for all destinations; whether later versions do better is not established here");
        EphemeralPorts ports = new EphemeralPorts(
                MachineFigure.read("ports", "ports", RANGE, () -> range(run(RANGE))),
                MachineFigure.read("reserved", "", EXCLUDED, () -> excluded(run(EXCLUDED))),
                MachineFigure.unknown("listened on", "", CONNECTIONS, "not counted on Windows"));
        Optional<PortHoldTime> hold = hold(delay);
        return new MachineLimits(
                system, ports, List.of(delay, maxUserPort, scope), Scope.GLOBAL, hold, hold, List.of(), false);
    }

    private String run(String command) throws IOException {
        return commands.run(List.of(command.split(" ", -1)));
    }

    private static PortRange range(String output) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = LAST_NUMBER.matcher(output);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        if (numbers.size() != 2) {
            throw new IOException("its output has " + numbers.size() + " numbers where 2 were expected");
        }
        int first = numbers.get(0);
        // 49152 and 16384 end at 65535, but so does 1024 with 64511; a count past the last port is cut.
        return new PortRange(first, Math.min(first + numbers.get(1) - 1, 65_535));
    }

    private static List<PortRange> excluded(String output) {
        return TWO_NUMBERS
                .matcher(output)
                .results()
                .map(ends -> new PortRange(Integer.parseInt(ends.group(1)), Integer.parseInt(ends.group(2))))
                .toList();
    }

    private static MachineFigure<Long> parameter(String name, String unit, MachineFigure<String> registry) {
        // As reg query prints it, and as reg export does.
        Matcher matcher = Pattern.compile(
                        "^\\s*\"?" + name + "\"?(?:\\s+REG_DWORD\\s+0x|=dword:)([0-9a-f]{1,8})\\s*$",
                        Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
                .matcher(registry.known().orElse(""));
        if (matcher.find()) {
            return MachineFigure.of(name, Long.valueOf(matcher.group(1), 16), unit, PARAMETERS);
        }
        return MachineFigure.unknown(name, unit, PARAMETERS, registry.value() == null ? registry.note() : ABSENT);
    }

    private static Optional<PortHoldTime> hold(MachineFigure<Long> delay) {
        Long seconds = delay.value();
        if (seconds != null && seconds >= LEAST_DELAY && seconds <= MOST_DELAY) {
            return Optional.of(new PortHoldTime(
                    Duration.ofSeconds(seconds),
                    "TcpTimedWaitDelay=" + seconds
                            + " is configured: in force after a reboot, on the versions that read it" + " at all",
                    List.of(new Alternative(
                            DOCUMENTED_240,
                            false,
                            "until then, and where it is not read: the default (Microsoft TechNet, cc938217)"))));
        }
        if (seconds != null) {
            return Optional.of(new PortHoldTime(
                    DOCUMENTED_240,
                    "the default: TcpTimedWaitDelay=" + seconds + " is configured, and valid are 30 to 300 s",
                    List.of()));
        }
        if (!delay.note().equals(ABSENT)) {
            return Optional.empty();
        }
        return Optional.of(new PortHoldTime(
                DOCUMENTED_240,
                "the default of TcpTimedWaitDelay, on which the documents contradict each other; 240 s is taken, the longer"
                        + " and so the safe one (Microsoft TechNet, cc938217, Windows 2000)",
                List.of(new Alternative(
                        DOCUMENTED_120,
                        true,
                        "documented too: 0x78, Microsoft TechNet, cc757512 (Windows Server 2003), whose own text calls it"
                                + " 4 minutes"))));
    }

    @Override
    public PortUse portUse(MachineLimits limits) {
        try {
            return Netstat.of(run(CONNECTIONS), processNames)
                    .use(
                            limits,
                            CONNECTIONS,
                            "",
                            "netstat tells no age of TIME_WAIT, and leaves out ports that are bound only (netstat -q"
                                    + " shows them)");
        } catch (IOException e) {
            return PortUse.unknown(CONNECTIONS, String.valueOf(e.getMessage()));
        }
    }

    /** The name of a process of this machine. */
    static String processName(long id) {
        return ProcessHandle.of(id)
                .flatMap(process -> process.info().command())
                .map(command -> command.substring(command.lastIndexOf('\\') + 1))
                .orElse("process");
    }
}
