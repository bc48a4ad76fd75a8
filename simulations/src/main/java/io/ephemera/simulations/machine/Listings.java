package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.simulations.machine.LinuxFigures.ProcFiles;
import io.ephemera.simulations.machine.Netstat.Form;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody printed of a machine, in any order and with anything between: connections ({@code netstat}, {@code ss}, {@code
 * /proc/net/tcp}), limits ({@code sysctl}, {@code netsh}, {@code reg query}, files below {@code /proc/sys}) and counts of
 * connections by state. The same readers read it as on the machine itself.
 */
public final class Listings {

    private static final String NOT_LISTED = "it is not among the listings";

    private static final Pattern DYNAMIC_PORTS =
            Pattern.compile("^.*\\btcp\\b.*\\R\\s*-{5,}\\s*\\R(?:.*:\\s*\\d+\\s*?(?:\\R|\\z)){2}", Pattern.MULTILINE);
    private static final Pattern EXCLUDED_PORTS = Pattern.compile(
            "^[ \\t]*-{4,}[ \\t]+-{4,}[ \\t]*\\R(?:\\s*+\\d+[ \\t]+\\d+[ \\t]*\\*?[ \\t]*(?:\\R|\\z))*+",
            Pattern.MULTILINE);
    private static final Pattern REGISTRY =
            Pattern.compile("\\\\Tcpip\\\\Parameters|\\b(?:TcpTimedWaitDelay|MaxUserPort)\"?(?:\\s+REG_DWORD|=dword:)");
    private static final Pattern BSD_SYSCTL = Pattern.compile("^net\\.inet\\.(?:ip|tcp)\\.", Pattern.MULTILINE);
    private static final Pattern LINUX_LIMITS = Pattern.compile(
            "\\bnet[./]ipv4[./](?:ip_local_port_range|tcp_tw_reuse|tcp_max_tw_buckets|tcp_fin_timeout)\\b");
    private static final Pattern SOCKSTAT = Pattern.compile("^TCP: inuse \\d+ .*\\btw (\\d+).*", Pattern.MULTILINE);
    private static final Pattern SS_SUMMARY = Pattern.compile(
            "^TCP:\\s+\\d+ \\(estab (\\d+), closed \\d+, orphaned \\d+(?:, synrecv \\d+)?, timewait (\\d+)",
            Pattern.MULTILINE);
    private static final Pattern COUNTED = Pattern.compile(
            "^[ \\t]*(?:(\\d+)[ \\t]+([A-Z][A-Z_12-]+)|([A-Z][A-Z_12-]+)(?:[ \\t]++|[ \\t]*+:[ \\t]*+)(\\d+))[ \\t]*$",
            Pattern.MULTILINE);

    private final String text;
    private final Netstat table;
    private final Map<TcpState, Integer> counts = new EnumMap<>(TcpState.class);

    private Listings(String text) {
        this.text = text;
        this.table = Netstat.of(text, id -> "process");
        Matcher counted = COUNTED.matcher(text);
        while (counted.find()) {
            boolean first = counted.group(1) != null;
            count(counted.group(first ? 2 : 3), counted.group(first ? 1 : 4));
        }
        Matcher summary = SS_SUMMARY.matcher(text);
        while (summary.find()) {
            count("ESTABLISHED", summary.group(1));
            count("TIME_WAIT", summary.group(2));
        }
        Matcher sockstat = SOCKSTAT.matcher(text);
        while (sockstat.find()) {
            count("TIME_WAIT", sockstat.group(1));
        }
    }

    private void count(String name, String number) {
        TcpState state = TcpState.ofName(name);
        if (state != TcpState.UNKNOWN && number.length() <= 7) {
            counts.merge(state, Integer.valueOf(number), Math::max);
        }
    }

    /** Reads texts, one after the other. */
    public static Listings of(List<String> texts) {
        return new Listings(String.join("\n", texts));
    }

    /** Connections by state where only their numbers were printed; the highest of several. */
    public Map<TcpState, Integer> counts() {
        return Map.copyOf(counts);
    }

    /** Whether there is a table of connections with at least one row. */
    public boolean hasConnections() {
        return !table.rows().isEmpty();
    }

    /** The machine; empty if no listing of one is understood. */
    public Optional<MachineReader> machine() {
        return platform().map(this::machine);
    }

    private MachineReader machine(Profile platform) {
        MachineReader machine = switch (platform.name()) {
            case "linux" -> linux();
            case "macos" -> new MacMachine("macOS or BSD, as listed", this::bsd);
            default -> new WindowsMachine("Windows, as listed", this::windows, id -> "process");
        };
        return new Assuming(machine, platform);
    }

    /** The platform whose defaults stand for what was not listed; empty if no listing of a machine is understood. */
    public Optional<Profile> platform() {
        Form form = form();
        if (form == null) {
            return Optional.empty();
        }
        return Optional.of(ProfileCatalogue.find(
                switch (form) {
                    case LINUX -> "linux";
                    case BSD -> "macos";
                    case WINDOWS -> windows();
                }));
    }

    private @Nullable Form form() {
        Form most = null;
        long mostRows = 0;
        for (Form form : Form.values()) {
            long rows = table.rows().stream().filter(row -> row.form() == form).count();
            if (rows > mostRows) {
                mostRows = rows;
                most = form;
            }
        }
        if (most != null) {
            return most;
        }
        if (DYNAMIC_PORTS.matcher(text).find() || REGISTRY.matcher(text).find()) {
            return Form.WINDOWS;
        }
        if (BSD_SYSCTL.matcher(text).find()) {
            return Form.BSD;
        }
        return LINUX_LIMITS.matcher(text).find() || SOCKSTAT.matcher(text).find() || !counts.isEmpty()
                ? Form.LINUX
                : null;
    }

    /** A client port tells the age of Windows where its range was not listed. */
    private String windows() {
        boolean old = clientPorts(port -> port > 1_024 && port <= 5_000) > 2 * clientPorts(port -> port >= 49_152);
        return old ? "windows-2003" : "windows-10";
    }

    private long clientPorts(LongPredicate range) {
        return table.connections().stream()
                .filter(connection -> connection.state() == TcpState.TIME_WAIT
                        && range.test(connection.local().getPort()))
                .count();
    }

    private String windows(List<String> command) throws IOException {
        String line = String.join(" ", command);
        if (line.contains("dynamicport")) {
            return found(DYNAMIC_PORTS, 0);
        }
        if (line.contains("excludedportrange")) {
            return found(EXCLUDED_PORTS, 0);
        }
        return line.startsWith("reg ") ? whole(REGISTRY.matcher(text).find()) : whole(hasConnections());
    }

    private String bsd(List<String> command) throws IOException {
        return whole(
                String.join(" ", command).contains("sysctl")
                        ? BSD_SYSCTL.matcher(text).find()
                        : hasConnections());
    }

    private String whole(boolean listed) throws IOException {
        if (!listed) {
            throw new IOException(NOT_LISTED);
        }
        return text;
    }

    private String found(Pattern pattern, int group) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException(NOT_LISTED);
        }
        return matcher.group(group).strip();
    }

    private LinuxMachine linux() {
        ProcFiles files = new ProcFiles() {
            @Override
            public String name(String file) {
                return file.startsWith("sys/") ? file.substring(4).replace('/', '.') : "/proc/" + file;
            }

            @Override
            public String text(String file) throws IOException {
                return file.equals("net/sockstat") ? found(SOCKSTAT, 0) : found(sysctl(file), 1);
            }
        };
        return new LinuxMachine(
                new LinuxFigures(files, List.of()),
                (owners, visitor) -> {
                    if (!hasConnections()) {
                        throw new IOException(NOT_LISTED);
                    }
                    table.connections().forEach(visitor);
                    return table.unread() == 0
                            ? List.of()
                            : List.of(table.unread() + " lines could not be read: names in place of numbers?");
                },
                "the listed connections");
    }

    /** {@code net.ipv4.name = value}, {@code /proc/sys/net/ipv4/name:value}, and the value in the line after a command that names it. */
    private static Pattern sysctl(String file) {
        String name = file.substring("sys/".length()).replace("/", "[./]");
        return Pattern.compile("\\b" + name + "(?:[ \\t]*[=:][ \\t]*|[ \\t]*\\R[ \\t]*)(\\S[^\\r\\n]*)");
    }

    /** A machine of which not all was listed: what decides is the platform's default, and says so. */
    private record Assuming(MachineReader machine, Profile defaults) implements MachineReader {

        private static final String WHY = "not among the listings: the platform's default is taken";

        @Override
        public MachineLimits limits() {
            MachineLimits limits = machine.limits();
            EphemeralPorts ports = limits.ports();
            MachineFigure<PortRange> range = ports.range();
            if (range.value() == null) {
                String source = "profile " + defaults.name();
                range = MachineFigure.of("ports", defaults.range(), "ports", source)
                        .meaning(WHY);
            }
            PortHoldTime assumed = new PortHoldTime(
                    defaults.timeWait(), "TIME_WAIT of profile " + defaults.name() + ", " + WHY, List.of());
            return new MachineLimits(
                    limits.system(),
                    new EphemeralPorts(range, ports.reserved(), ports.listening()),
                    limits.others(),
                    limits.scope(),
                    limits.acrossNetwork().or(() -> Optional.of(assumed)),
                    limits.onLoopback().or(() -> Optional.of(assumed)),
                    limits.masks(),
                    limits.masksKnown());
        }

        @Override
        public PortUse portUse(MachineLimits limits) {
            return machine.portUse(limits);
        }
    }
}
