package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.TextFile;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.ClosedLoop;
import io.ephemera.ports.plan.Load;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The load. */
final class LoadOptions {

    private static final double LEAST_RATE = 0.001;
    private static final double MOST_RATE = 10_000_000;
    private static final long MOST_CALLS = 10_000_000_000L;

    /** A day of the busiest curve has 864 million calls; more take minutes to go through. */
    static final long MOST_REPLAYED_CALLS = 2_000_000_000L;

    @Option(names = "--rate", paramLabel = "CALLS/S", description = "constant rate; with --over")
    private @Nullable String rate;

    @Option(
            names = "--calls",
            paramLabel = "N",
            description = "number of calls, spread evenly over --over; or made by --workers, each one after the other")
    private @Nullable String calls;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "workers that share --calls, each making its next call when the one before has ended; with"
                    + " --over (they take so long for all if none fails) or --service-time")
    private @Nullable String workers;

    @Option(names = "--over", paramLabel = "TIME", description = "how long the load lasts, like 30m, 15m or 1.5h")
    private @Nullable String over;

    @Option(
            names = "--curve",
            paramLabel = "FILE",
            description = "rate over time: a CSV file of lines seconds,callsPerSecond, straight between its points")
    private @Nullable String curve;

    @Option(
            names = "--ports-per-call",
            paramLabel = "N",
            description = "new connections that the client closes for each call; default 1")
    private String portsPerCall = "1";

    @Option(
            names = "--service-time",
            paramLabel = "TIME",
            description = "how long a call takes and keeps its ports before TIME_WAIT, like 200ms; default 0")
    private @Nullable String serviceTime;

    /**
     * What was asked for.
     *
     * @param kind {@code rate}, {@code calls}, {@code workers} or {@code curve}
     * @param load the calls; of workers, as they would be made if none failed
     * @param loop the workers, or null
     * @param words the load in words
     */
    record Planned(String kind, Load load, @Nullable ClosedLoop loop, CallCost cost, Duration duration, String words) {}

    Planned planned() {
        refuseMixtures();
        CallCost cost = cost();
        Duration duration = Values.parse("--over", over, Values::duration);
        if (curve != null) {
            Load load = Values.parseGiven("--curve", curve, LoadOptions::curve);
            Duration last = load.calls() == 0 ? Duration.ZERO : Duration.ofNanos(load.startNanos(load.calls() - 1));
            return new Planned("curve", load, null, cost, last, "the curve " + curve);
        }
        if (rate != null) {
            double callsPerSecond =
                    Values.parseGiven("--rate", rate, text -> Values.number(text, LEAST_RATE, MOST_RATE));
            return constant("rate", callsPerSecond, needed(duration), cost);
        }
        if (calls == null) {
            throw new BadInputException(
                    "there is no load: give --rate and --over, --calls and --over, --calls and --workers, or --curve");
        }
        long number = Values.parseGiven("--calls", calls, text -> Values.whole(text, 1, MOST_CALLS));
        return workers == null
                ? spread(number, needed(duration), cost)
                : closed(number, workers, cost.portsPerCall(), duration, serviceTime());
    }

    /**
     * The rate alone, of a plan that goes on for ever.
     *
     * @param what is planned, for people
     * @return calls a second; {@code null} where none is given
     */
    @Nullable
    Double rateAlone(String what) {
        if (calls != null || workers != null || curve != null) {
            throw new BadInputException("a plan of " + what + " has a --rate, and no --calls, --workers or --curve");
        }
        return Values.parse("--rate", rate, text -> Values.number(text, LEAST_RATE, MOST_RATE));
    }

    @Nullable
    Duration serviceTime() {
        return Values.parse("--service-time", serviceTime, Values::duration);
    }

    CallCost cost() {
        int ports = Values.parseGiven("--ports-per-call", portsPerCall, text -> (int) Values.whole(text, 1, 1_000));
        Duration service = serviceTime();
        return new CallCost(ports, service == null ? Duration.ZERO : service);
    }

    private void refuseMixtures() {
        int loads = (rate == null ? 0 : 1) + (calls == null ? 0 : 1) + (curve == null ? 0 : 1);
        if (loads > 1) {
            throw new BadInputException("--rate, --calls and --curve are three loads: give one of them");
        }
        if (workers != null && calls == null) {
            throw new BadInputException("--workers", workers, "workers need a number of --calls to make");
        }
        if (curve != null && over != null) {
            throw new BadInputException("--over", over, "a curve has its own length: leave it out");
        }
    }

    private static Duration needed(@Nullable Duration duration) {
        if (duration == null) {
            throw new BadInputException("--over is missing: how long the load lasts, like 30m");
        }
        return duration;
    }

    private Planned spread(long number, Duration duration, CallCost cost) {
        double callsPerSecond = number / seconds(duration);
        if (callsPerSecond < LEAST_RATE || callsPerSecond > MOST_RATE) {
            throw new BadInputException("--calls", String.valueOf(calls), "a rate is 0.001 to 10000000 calls/s");
        }
        return constant("calls", callsPerSecond, duration, cost);
    }

    private Planned constant(String kind, double callsPerSecond, Duration duration, CallCost cost) {
        String given = String.valueOf(kind.equals("rate") ? rate : calls);
        Load load = Values.parseGiven("--" + kind, given, ignored -> Load.constant(callsPerSecond, duration));
        String words = Format.fourDigits(callsPerSecond) + " calls/s over " + PlanText.time(seconds(duration));
        return new Planned(kind, load, null, cost, duration, words);
    }

    /** Without a service time it is what lets the workers make all calls in the time given. */
    private Planned closed(
            long number, String loop, int ports, @Nullable Duration duration, @Nullable Duration service) {
        int size = Values.parseGiven("--workers", loop, text -> (int) Values.whole(text, 1, 1_000_000));
        if ((duration == null) == (service == null)) {
            throw new BadInputException(
                    "--workers", loop, "give either --over or --service-time with it: each follows from the other");
        }
        if (number > MOST_REPLAYED_CALLS) {
            throw new BadInputException(
                    "--calls", String.valueOf(calls), "workers make at most " + MOST_REPLAYED_CALLS + " calls");
        }
        long rounds = (number + size - 1) / size;
        Duration each = service == null ? Objects.requireNonNull(duration).dividedBy(rounds) : service;
        if (each.isZero()) {
            throw new BadInputException("--over", String.valueOf(over), "a call must take at least 1 ns");
        }
        long serviceNanos = each.toNanos();
        Load unfailing = Load.of(number, n -> n / size * serviceNanos);
        return new Planned(
                "workers",
                unfailing,
                new ClosedLoop(size, number, ClosedLoop.USUAL_FAILURE_NANOS),
                new CallCost(ports, each),
                each.multipliedBy(rounds),
                Format.count(number) + " calls by " + Format.count(size) + " workers, " + PlanText.time(seconds(each))
                        + " each");
    }

    private static Load curve(String file) {
        Load load;
        try {
            load = Load.curve(TextFile.read(Path.of(file)));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("that is no path of a file", e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException("it is not written in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file can't be read: give one of lines seconds,callsPerSecond", e);
        }
        if (load.calls() > MOST_REPLAYED_CALLS) {
            throw new IllegalArgumentException("a curve has at most " + MOST_REPLAYED_CALLS + " calls");
        }
        return load;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
