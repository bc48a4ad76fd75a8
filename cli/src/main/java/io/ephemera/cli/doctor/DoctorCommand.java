package io.ephemera.cli.doctor;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.InputText;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.reports.Terminal;
import io.ephemera.simulations.machine.Listings;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at this machine. */
@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Reads this machine's limits and what holds its ports, and says how near each remote endpoint is to"
                    + " exhaustion; or another machine's, from its listings. It changes nothing, needs no privilege, and connects to nothing but --probe."
        },
        footer = {
            "",
            "On Linux the ages of TIME_WAIT tell at which rate connections are closed now, and so when ports run out."
                    + " With several local addresses a remote endpoint has a pool for each of them, and is counted here"
                    + " as if there were one.",
            "",
            "Examples:",
            "  ephemera doctor",
            "  ephemera doctor --verbose",
            "  ephemera doctor --json",
            "  ephemera doctor --watch --every 1s --times 3",
            "  ephemera doctor --expect windows-2003-both",
            "  ephemera doctor --probe 127.0.0.1:8080",
            "  ephemera doctor --from netstat.txt dynamicport.txt",
            "",
            "Exit codes: 0 healthy; 1 near or exhausted, or not as --expect; 2 bad input; 3 it can't be told."
        })
public final class DoctorCommand extends ConsoleCommand {

    @Option(names = "--watch", description = "read again and again, until Ctrl-C; on a terminal in place")
    private boolean watch;

    @Option(names = "--every", paramLabel = "TIME", description = "with --watch: from reading to reading; default 2s")
    private @Nullable String every;

    @Option(names = "--times", paramLabel = "N", description = "with --watch: end after so many readings")
    private @Nullable String times;

    @Option(
            names = "--near",
            paramLabel = "PERCENT",
            description = "in use from which a pool is near exhaustion; default 80")
    private String near = "80";

    @Option(
            names = "--expect",
            paramLabel = "NAME|FILE",
            description = "compare with what this machine should be: \"I made the changes and it still fails\"")
    private @Nullable String expect;

    @Option(
            names = "--probe",
            paramLabel = "HOST:PORT",
            description = "connect there once: where ports have run out it fails at once, and by that name")
    private @Nullable String probe;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "look at another machine, by what its commands printed: netstat -ano, ss -tano, /proc/net/tcp,"
                            + " sysctl -a, netsh int ipv4 show dynamicport tcp, reg query; - is standard input")
    private @Nullable List<String> from;

    @Option(
            names = {"-v", "--verbose"},
            description = "print all that was read, each figure with its source")
    private boolean verbose;

    @Option(
            names = "--json",
            description = "print JSON, with --watch a line for each reading; docs/cli.md names its schema")
    private boolean json;

    private final Supplier<MachineReader> machine;

    /** For the command line. */
    public DoctorCommand() {
        this(MachineReader::here);
    }

    DoctorCommand(Supplier<MachineReader> machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() throws InterruptedException {
        double nearPercent = Values.parseGiven("--near", near, text -> Values.number(text, 1, 100));
        Profile believed = Values.parse("--expect", expect, ProfileCatalogue::find);
        InetSocketAddress endpoint = Values.parse("--probe", probe, Probe::parse);
        Duration pause = Values.parse("--every", every, Values::duration);
        Long readings = Values.parse("--times", times, text -> Values.whole(text, 1, Long.MAX_VALUE));
        if (!watch && (every != null || times != null)) {
            throw new BadInputException((every == null ? "--times" : "--every") + " needs --watch");
        }
        if (from != null && (watch || probe != null)) {
            throw new BadInputException(
                    (watch ? "--watch" : "--probe") + " looks at this machine, and --from at another");
        }
        MachineReader reader;
        try {
            reader = from == null ? machine.get() : listed(from);
        } catch (UnsupportedOperationException e) {
            complain(String.valueOf(e.getMessage()));
            return ExitCode.UNKNOWN;
        }
        long pauseMillis = pause == null ? 2_000 : Math.max(1, pause.toMillis());
        long last = !watch ? 1 : readings == null ? Long.MAX_VALUE : readings;
        for (long n = 1; ; n++) {
            Reading reading = read(reader, nearPercent, believed, endpoint);
            print(reading);
            if (n >= last) {
                return reading.exitCode();
            }
            Thread.sleep(pauseMillis);
        }
    }

    private static MachineReader listed(List<String> files) {
        return Listings.of(files.stream()
                        .map(file -> InputText.read("--from", file))
                        .toList())
                .machine()
                .orElseThrow(() -> new BadInputException(
                        "--from",
                        String.join(" ", files),
                        "no listing of a machine that is understood; --help names them"));
    }

    private static Reading read(
            MachineReader reader, double near, @Nullable Profile believed, @Nullable InetSocketAddress endpoint) {
        MachineLimits limits = reader.limits();
        Checkup checkup = Checkup.of(limits, reader.portUse(limits), near);
        return new Reading(
                Instant.now(),
                checkup,
                believed == null ? null : Expectation.of(believed, limits),
                endpoint == null ? null : Probe.of(endpoint));
    }

    private List<String> text(Reading reading) {
        return verbose ? DoctorText.verbose(reading, ansi()) : DoctorText.brief(reading, ansi());
    }

    private void print(Reading reading) {
        if (json && watch) {
            out().println(JsonOutput.line(DoctorJson.of(reading)));
        } else if (json) {
            JsonOutput.print(out(), DoctorJson.of(reading));
        } else if (watch) {
            // Home, and clear to the end: the lines before the first reading stay above.
            out().print(Terminal.isOutput() ? "\033[H\033[2J" : "");
            out().println(reading.at().truncatedTo(ChronoUnit.SECONDS) + "  "
                    + reading.checkup().limits().system());
            text(reading).forEach(out()::println);
        } else {
            text(reading).forEach(out()::println);
            if (!verbose) {
                out().println("  each figure and its source: ephemera doctor --verbose");
            }
        }
        out().flush();
    }
}
