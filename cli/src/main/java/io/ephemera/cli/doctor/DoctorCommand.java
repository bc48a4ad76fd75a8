package io.ephemera.cli.doctor;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.Terminal;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at this machine. */
@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Reads this machine's limits and what holds its ports, and says how near each remote endpoint is to"
                    + " exhaustion. It changes nothing, needs no privilege, and connects to nothing but --probe."
        },
        footer = {
            "",
            "On Linux the ages of TIME_WAIT tell at which rate connections are closed now, and so when ports run out."
                    + " With several local addresses a remote endpoint has a pool for each of them, and is counted here"
                    + " as if there were one.",
            "",
            "Examples:",
            "  ephemera doctor",
            "  ephemera doctor --json",
            "  ephemera doctor --watch --every 1s --times 3",
            "  ephemera doctor --expect windows-2003-both",
            "  ephemera doctor --probe 127.0.0.1:8080",
            "",
            "Exit codes: 0 healthy; 1 near or exhausted, or not as --expect; 2 bad input; 3 it can't be told."
        })
public final class DoctorCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

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
            names = "--json",
            description = "print JSON, with --watch a line for each reading; docs/cli.md names its schema")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private final Supplier<MachineReader> machine;

    /** For the command line. */
    public DoctorCommand() {
        this(MachineReader::here);
    }

    DoctorCommand(Supplier<MachineReader> machine) {
        this.machine = machine;
    }

    private record Reading(
            Instant at,
            Checkup checkup,
            @Nullable Expectation expected,
            @Nullable Probe probe) {

        int exitCode() {
            if (probe != null && probe.outcome() == Probe.Outcome.EXHAUSTED) {
                return ExitCode.FOUND;
            }
            int state = checkup.state().exitCode();
            return state == ExitCode.OK && expected != null && !expected.holds() ? ExitCode.FOUND : state;
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        double nearPercent = Objects.requireNonNull(Values.parse("--near", near, text -> Values.number(text, 1, 100)));
        Profile believed = Values.parse("--expect", expect, ProfileCatalogue::find);
        InetSocketAddress endpoint = Values.parse("--probe", probe, Probe::parse);
        Duration pause = Values.parse("--every", every, Values::duration);
        Long readings = Values.parse("--times", times, text -> Values.whole(text, 1, Long.MAX_VALUE));
        if (!watch && (every != null || times != null)) {
            throw new BadInputException((every == null ? "--times" : "--every") + " needs --watch");
        }
        MachineReader reader;
        try {
            reader = machine.get();
        } catch (UnsupportedOperationException e) {
            spec.commandLine().getErr().println("ephemera: " + e.getMessage());
            return ExitCode.UNKNOWN;
        }
        if (!watch) {
            Reading reading = read(reader, nearPercent, believed, endpoint);
            print(reading);
            return reading.exitCode();
        }
        long pauseMillis = pause == null ? 2_000 : Math.max(1, pause.toMillis());
        for (long n = 1; ; n++) {
            Reading reading = read(reader, nearPercent, believed, endpoint);
            printAgain(reading);
            if (readings != null && n >= readings) {
                return reading.exitCode();
            }
            Thread.sleep(pauseMillis);
        }
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

    private void print(Reading reading) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    generator -> DoctorJson.write(
                            generator, reading.at(), reading.checkup(), reading.expected(), reading.probe()));
            return;
        }
        text().whole(reading.checkup(), reading.expected(), reading.probe()).forEach(out::println);
        out.flush();
    }

    private void printAgain(Reading reading) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.printLine(
                    out,
                    generator -> DoctorJson.write(
                            generator, reading.at(), reading.checkup(), reading.expected(), reading.probe()));
            return;
        }
        if (Terminal.isOutput()) {
            // Home, and clear to the end: the lines before the first reading stay above.
            out.print("\033[H\033[2J");
        }
        MachineLimits limits = reading.checkup().limits();
        out.println(reading.at().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + "  " + limits.system());
        out.println("  across the network  " + limits.thresholdAcrossNetwork().words());
        out.println("  on loopback         " + limits.thresholdOnLoopback().words());
        text().summary(reading.checkup()).forEach(out::println);
        if (reading.expected() != null && !reading.expected().holds()) {
            reading.expected().lines().forEach(out::println);
        }
        if (reading.probe() != null) {
            out.println(String.format(
                    Locale.ROOT,
                    "Probe of %s: %s",
                    reading.probe().endpoint(),
                    reading.probe().words()));
        }
        out.flush();
    }

    private DoctorText text() {
        return new DoctorText(spec.commandLine().getColorScheme().ansi());
    }
}
