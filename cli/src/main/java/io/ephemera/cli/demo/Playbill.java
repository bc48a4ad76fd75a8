package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.demo.Chapter.Told;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Format;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The chapters: which runs are played, and what is told of each. What is predicted and measured is in the runs' results. */
final class Playbill {

    private static final String RATE = "calls/s";

    /** Rates are as far from the threshold as this share of it, at least, so that they are clearly below and above. */
    private static final double MARGIN = 0.015;

    /** What a remedy is to bear, as a multiple of the threshold. */
    private static final double DEMAND = 1.2;

    private static final String REMEDY_NOTES =
            "The same load, with other limits of the platform: the pool lasts, or its ports"
                    + " come back sooner. It moves the threshold, and does not take it away.";

    /** A step lasts a TIME_WAIT of the platform and a little, with a remedy too. */
    private static final double STEP_TIME_WAITS = 1.04;

    private final Profile profile;
    private final Rates rates;

    Playbill(Profile profile) {
        this.profile = profile;
        this.rates = Rates.around(profile.capacity(1).thresholdCallsPerSecond());
    }

    /**
     * Round rates on both sides of a threshold, in calls/s.
     *
     * @param works below it
     * @param fails above it
     * @param demanded far above it: a remedy is to bear it
     */
    record Rates(String works, String fails, String demanded) {

        /** For a threshold above 0. */
        static Rates around(double threshold) {
            double grain = Math.pow(10, Math.floor(Math.log10(threshold)) - 1);
            return new Rates(
                    plain(Math.floor(threshold * (1 - MARGIN) / grain) * grain),
                    plain(Math.ceil(threshold * (1 + MARGIN) / grain) * grain),
                    plain(Math.ceil(threshold * DEMAND / grain) * grain));
        }
    }

    /** A number to six decimals, without needless zeros: as an option takes it. */
    static String plain(double number) {
        return BigDecimal.valueOf(Math.round(number * 1e6), 6)
                .stripTrailingZeros()
                .toPlainString();
    }

    static String rate(double callsPerSecond) {
        return plain(callsPerSecond) + " " + RATE;
    }

    /** All chapters, in the order in which they are played. */
    List<Chapter> chapters() {
        List<Chapter> chapters = new ArrayList<>();
        String each = "Each leaves its port in TIME_WAIT for " + Durations.format(profile.timeWait());
        chapters.add(new Chapter(
                "works",
                "It works at " + rates.works,
                required(rates.works),
                result -> calls(result, rates.works, "", each),
                "Who closes a connection first keeps its port. Watch the map fill: when its end is reached, the first"
                        + " ports have cooled down and are back, just in time."));
        List<String> both = List.of("KeepAliveOff", "--rates", rates.works + "," + rates.fails);
        chapters.add(new Chapter(
                "fails",
                "It fails at " + rates.fails,
                both,
                this::fails,
                "Nothing is changed but the rate. Let the room guess when it fails: the prediction is on the page before"
                        + " it happens. Watch the last free cells go; after that a call succeeds only when a port comes"
                        + " back."));
        chapters.add(new Chapter(
                "ports",
                "What the ports look like",
                List.of(),
                Playbill::ports,
                "The map as the run has left it. No port is lost, none is leaked: each is back when its TIME_WAIT is"
                        + " over. With the arrow keys on the map you can ask a port."));
        chapters.add(new Chapter(
                "measured",
                "Measured with Gatling",
                List.of(),
                Playbill::measured,
                "The whole failure is one division. Do it with the figures of your own servers."));
        if (profile.scope() == Scope.GLOBAL) {
            // Elsewhere a probe to a destination that was never called succeeds.
            chapters.add(new Chapter(
                    "probe",
                    "The probe",
                    List.of("InAndOut"),
                    result -> scenario(result, "", "/figures/1"),
                    "Telnet from the machine fails, telnet to it works: so it is the machine that has no port, and"
                            + " neither the network nor the server."));
        }
        chapters.add(new Chapter(
                "band-aid",
                "The band-aid: reset the stack",
                List.of("BandAid"),
                result -> scenario(
                        result, rate(result.at("/steps/0/offeredCallsPerSecond").asDouble()), "/figures/0"),
                "Resetting the stack empties the map at once, and the load fills it again in the same time. Who only"
                        + " restarts will restart again."));
        for (Profile.ProfileRemedy remedy : profile.remedies()) {
            // One that is not enough would end as a requirement that fails.
            if (Profile.capacity(remedy, 1).thresholdCallsPerSecond() > Double.parseDouble(rates.demanded)) {
                chapters.add(
                        new Chapter("remedy", "Remedy: " + remedy.name(), limits(remedy), this::remedy, REMEDY_NOTES));
            }
        }
        chapters.add(new Chapter(
                "keep-alive",
                "Remedy: keep connections alive",
                required(rates.demanded, "--pattern", "keep-alive-shared"),
                this::keepAlive,
                "The cure: a few ports do the work of thousands, and the rest of the map stays empty."));
        chapters.add(new Chapter(
                "server-closes-first",
                "Remedy: the server closes first",
                required(rates.demanded, "--pattern", "server-closes-first"),
                result -> calls(result, rates.demanded, "", because(result)),
                "Now TIME_WAIT is the server's, where it costs no port that a client needs. A trap if the server calls"
                        + " others in turn."));
        return chapters;
    }

    private static List<String> required(String rate, String... more) {
        return Stream.concat(Stream.of("KeepAliveOff", "--rates", rate, "--require", rate), Stream.of(more))
                .toList();
    }

    private List<String> limits(Profile.ProfileRemedy remedy) {
        Duration step = Duration.ofMillis(Math.round(profile.timeWaitSeconds() * STEP_TIME_WAITS * 1e3));
        return required(
                rates.demanded,
                "--ports",
                remedy.range().toString(),
                "--time-wait",
                Durations.format(remedy.timeWait()),
                "--duration",
                Durations.format(step));
    }

    private Told fails(JsonNode result) {
        Double predicted = number(result, "/predicted/secondsToFirstExhaustion");
        Double measured = number(result, "/measured/secondsToFirstExhaustion");
        String sentence = measured == null || predicted == null
                ? "no call failed"
                : "first failure after " + Format.seconds(measured) + ", predicted " + Format.seconds(predicted);
        String message = result.at("/measured/firstExhaustionMessage").asText("");
        List<String> lines = List.of(sentence, message.replaceFirst("^(?:\\w+\\.)+(?=\\w)", ""));
        return new Told(rates.fails + " " + RATE, lines, predicted, measured, "seconds to the first failure");
    }

    private static Told ports(JsonNode result) {
        JsonNode limits = result.path("profile");
        int ports = limits.path("effectivePorts").asInt();
        int peak = result.at("/measured/peakTimeWait").asInt();
        String unit = "ports in TIME_WAIT";
        List<String> lines = List.of(
                limits.path("firstPort").asInt() + "-" + limits.path("lastPort").asInt() + ": up to "
                        + Format.count(peak) + " of " + Format.count(ports) + " " + unit,
                "Each is back " + timeWait(result) + " after its connection was closed, and not before");
        return new Told(Format.count(peak) + " " + unit, lines, (double) ports, (double) peak, unit);
    }

    private static Told measured(JsonNode result) {
        Double predicted = number(result, "/predicted/thresholdCallsPerSecond");
        Double measured = number(result, "/measured/thresholdCallsPerSecond");
        String sentence = measured == null || predicted == null
                ? result.path("verdictReason").asText()
                : "predicted " + Format.exact(predicted) + ", measured " + Format.exact(measured) + " calls/s";
        int ports = result.at("/profile/effectivePorts").asInt();
        // Of the same two numbers that stand beside it, so that it is true whoever holds a port.
        double quotient = ports / result.at("/profile/timeWaitSeconds").asDouble();
        List<String> lines = List.of(
                sentence,
                Format.count(ports) + " ports / " + timeWait(result) + " of TIME_WAIT = " + Format.exact(quotient)
                        + " calls/s: more than that can't succeed");
        String figure = measured == null ? "" : Format.exact(measured) + " " + RATE;
        return new Told(figure, lines, predicted, measured, RATE);
    }

    /** A scenario says itself what it has found. */
    private static Told scenario(JsonNode result, String shown, String pointer) {
        List<String> lines = new ArrayList<>();
        result.path("conclusions").forEach(line -> lines.add(line.asText()));
        for (JsonNode figure : result.path("figures")) {
            Double measured = number(figure, "/measured");
            lines.add(figure.path("name").asText() + ": "
                    + (measured == null ? "not measured" : Format.exact(measured)) + " "
                    + figure.path("unit").asText() + ", predicted "
                    + Format.exact(figure.path("predicted").asDouble()));
        }
        if (lines.isEmpty()) {
            lines.add(result.path("verdictReason").asText());
        }
        JsonNode first = result.at(pointer);
        String unit = first.path("name").asText() + ", " + first.path("unit").asText();
        return new Told(shown, lines, number(first, "/predicted"), number(first, "/measured"), unit);
    }

    private Told remedy(JsonNode result) {
        Double threshold = number(result, "/predicted/thresholdCallsPerSecond");
        String good = threshold == null ? "" : "; good for " + Format.about(threshold) + " calls/s";
        return calls(result, rates.demanded, good, because(result));
    }

    private Told keepAlive(JsonNode result) {
        Double connections = number(result, "/counts/pool/leases");
        String over = connections == null
                ? ""
                : connections == 1
                        ? " over one connection"
                        : " over " + Format.count(connections.longValue()) + " connections";
        Told told = calls(result, rates.demanded, over, because(result));
        return new Told(told.figure(), told.lines(), null, connections, "connections");
    }

    /** How many calls succeeded, and how many did not. */
    private static Told calls(JsonNode result, String rate, String more, String reason) {
        Double none = number(result, "/predicted/secondsToFirstExhaustion") == null ? 0.0 : null;
        long failed = failed(result);
        String sentence =
                Format.count(result.at("/calls/ok").asLong()) + " calls, " + Format.count(failed) + " failed" + more;
        return new Told(rate + " " + RATE, List.of(sentence, reason), none, (double) failed, "failed calls");
    }

    static long failed(JsonNode result) {
        return result.at("/calls/exhausted").asLong()
                + result.at("/calls/otherFailures").asLong();
    }

    private static String because(JsonNode result) {
        return result.path("patternReason").asText();
    }

    private static String timeWait(JsonNode result) {
        return Format.setSeconds(result.at("/profile/timeWaitSeconds").asDouble());
    }

    private static @Nullable Double number(JsonNode json, String pointer) {
        JsonNode value = json.at(pointer);
        return value.isNumber() ? value.asDouble() : null;
    }
}
