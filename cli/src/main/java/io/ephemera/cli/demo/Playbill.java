package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.demo.Act.Figure;
import io.ephemera.cli.demo.Act.Told;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Wording;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The chapters: which runs are played, and what is told of each. What is predicted and measured is in the runs' results. */
final class Playbill {

    private static final String CALLS_PER_SECOND = "calls/s";
    private static final String FAILED_CALLS = "failed calls";

    /** Rates are as far from the threshold as this share of it, at least, so that they are clearly below and above. */
    private static final double MARGIN = 0.015;

    /** What a remedy is to bear, as a multiple of the threshold. */
    private static final double DEMAND = 1.2;

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
    record Rates(double works, double fails, double demanded) {

        /** For a threshold above 0. */
        static Rates around(double threshold) {
            double grain = Math.pow(10, Math.floor(Math.log10(threshold)) - 1);
            return new Rates(
                    round(Math.floor(threshold * (1 - MARGIN) / grain) * grain),
                    round(Math.ceil(threshold * (1 + MARGIN) / grain) * grain),
                    round(Math.ceil(threshold * DEMAND / grain) * grain));
        }

        private static double round(double rate) {
            return Math.round(rate * 1e6) / 1e6;
        }
    }

    /** A number without needless zeros. */
    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** All chapters, in the order in which they are played. */
    List<Act> acts() {
        String works = plain(rates.works);
        String fails = plain(rates.fails);
        List<Act> acts = new ArrayList<>(List.of(
                new Act("works", "It works at " + works, required(works), this::works),
                new Act(
                        "fails",
                        "It fails at " + fails,
                        List.of("KeepAliveOff", "--rates", works + "," + fails),
                        this::fails),
                new Act("ports", "What the ports look like", List.of(), Playbill::ports),
                new Act("measured", "Measured with Gatling", List.of(), Playbill::measured)));
        if (profile.scope() == Scope.GLOBAL) {
            // Elsewhere a probe to a destination that was never called succeeds.
            acts.add(new Act("probe", "The probe", List.of("InAndOut"), result -> scenario(result, 1, "")));
        }
        acts.add(new Act(
                "band-aid",
                "The band-aid: reset the stack",
                List.of("BandAid"),
                result -> scenario(
                        result,
                        0,
                        plain(result.at("/steps/0/offeredCallsPerSecond").asDouble()))));
        String demanded = plain(rates.demanded);
        String step =
                Durations.format(Duration.ofMillis(Math.round(profile.timeWaitSeconds() * STEP_TIME_WAITS * 1e3)));
        for (Profile.Remedy remedy : profile.remedies()) {
            // One that is not enough would end as a requirement that fails.
            if (Profile.capacity(remedy, 1).thresholdCallsPerSecond() > rates.demanded) {
                List<String> limits = List.of(
                        "--ports",
                        remedy.range().toString(),
                        "--time-wait",
                        Durations.format(remedy.timeWait()),
                        "--duration",
                        step);
                acts.add(new Act("remedy", "Remedy: " + remedy.name(), required(demanded, limits), this::remedy));
            }
        }
        acts.add(new Act(
                "keep-alive",
                "Remedy: keep connections alive",
                required(demanded, List.of("--pattern", "keep-alive-shared")),
                this::keepAlive));
        acts.add(new Act(
                "server-closes-first",
                "Remedy: the server closes first",
                required(demanded, List.of("--pattern", "server-closes-first")),
                result -> demanded(result, calls(result), failed(result))));
        return acts;
    }

    private static List<String> required(String rate) {
        return required(rate, List.of());
    }

    private static List<String> required(String rate, List<String> more) {
        List<String> run = new ArrayList<>(List.of("KeepAliveOff", "--rates", rate, "--require", rate));
        run.addAll(more);
        return run;
    }

    private Told works(JsonNode result) {
        return new Told(
                plain(rates.works),
                CALLS_PER_SECOND,
                calls(result),
                List.of("Each leaves its port in TIME_WAIT for " + Durations.format(profile.timeWait())),
                failed(result));
    }

    private Told fails(JsonNode result) {
        Double predicted = number(result, "/predicted/secondsToFirstExhaustion");
        Double measured = number(result, "/measured/secondsToFirstExhaustion");
        String sentence = measured == null || predicted == null
                ? "no call failed"
                : "first failure after " + Wording.seconds(measured) + ", predicted " + Wording.seconds(predicted);
        return new Told(
                plain(rates.fails),
                CALLS_PER_SECOND,
                sentence,
                List.of(result.at("/measured/firstExhaustionMessage")
                        .asText("")
                        .replaceFirst("^(?:\\w+\\.)+(?=\\w)", "")),
                new Figure(predicted, measured, "seconds to the first failure"));
    }

    private static Told ports(JsonNode result) {
        JsonNode limits = result.path("profile");
        int ports = limits.path("effectivePorts").asInt();
        int peak = result.at("/measured/peakTimeWait").asInt();
        return new Told(
                Wording.count(peak),
                "ports in TIME_WAIT",
                String.format(
                        Locale.ROOT,
                        "%d-%d: up to %,d of %,d ports in TIME_WAIT",
                        limits.path("firstPort").asInt(),
                        limits.path("lastPort").asInt(),
                        peak,
                        ports),
                List.of("Each is back "
                        + Wording.setSeconds(limits.path("timeWaitSeconds").asDouble())
                        + " after its connection was closed, and not before"),
                new Figure((double) ports, (double) peak, "ports in TIME_WAIT"));
    }

    private static Told measured(JsonNode result) {
        Double predicted = number(result, "/predicted/thresholdCallsPerSecond");
        Double measured = number(result, "/measured/thresholdCallsPerSecond");
        String sentence = measured == null || predicted == null
                ? result.path("verdictReason").asText()
                : "predicted " + Wording.exact(predicted) + ", measured " + Wording.exact(measured) + " calls/s";
        return new Told(
                measured == null ? "" : Wording.exact(measured),
                CALLS_PER_SECOND,
                sentence,
                List.of(String.format(
                        Locale.ROOT,
                        "%,d ports, %s of TIME_WAIT each: more calls than that can't succeed",
                        result.at("/profile/effectivePorts").asInt(),
                        Wording.setSeconds(result.at("/profile/timeWaitSeconds").asDouble()))),
                new Figure(predicted, measured, CALLS_PER_SECOND));
    }

    /** A scenario says itself what it has found. */
    private static Told scenario(JsonNode result, int figure, String number) {
        List<String> lines = new ArrayList<>();
        result.path("conclusions").forEach(line -> lines.add(line.asText()));
        for (JsonNode each : result.path("figures")) {
            Double measured = number(each, "/measured");
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: %s %s, predicted %s",
                    each.path("name").asText(),
                    measured == null ? "not measured" : Wording.exact(measured),
                    each.path("unit").asText(),
                    Wording.exact(each.path("predicted").asDouble())));
        }
        String sentence = lines.isEmpty() ? result.path("verdictReason").asText() : lines.remove(0);
        JsonNode first = result.path("figures").path(figure);
        return new Told(
                number,
                CALLS_PER_SECOND,
                sentence,
                lines,
                new Figure(
                        number(first, "/predicted"),
                        number(first, "/measured"),
                        first.path("name").asText() + ", " + first.path("unit").asText()));
    }

    private Told remedy(JsonNode result) {
        Double threshold = number(result, "/predicted/thresholdCallsPerSecond");
        return demanded(
                result,
                calls(result) + (threshold == null ? "" : "; good for " + Wording.about(threshold) + " calls/s"),
                failed(result));
    }

    private Told keepAlive(JsonNode result) {
        Double connections = number(result, "/counts/pool/leases");
        return demanded(
                result,
                calls(result)
                        + (connections == null
                                ? ""
                                : connections == 1
                                        ? " over one connection"
                                        : " over " + Wording.count(Math.round(connections)) + " connections"),
                new Figure(null, connections, "connections"));
    }

    private Told demanded(JsonNode result, String sentence, Figure figure) {
        return new Told(
                plain(rates.demanded),
                CALLS_PER_SECOND,
                sentence,
                List.of(result.path("patternReason").asText()),
                figure);
    }

    /** How many calls succeeded, and how many did not. */
    private static String calls(JsonNode result) {
        return Wording.count(result.at("/calls/ok").asLong()) + " calls, " + Wording.count(notOk(result)) + " failed";
    }

    /** Calls that failed. */
    static long notOk(JsonNode result) {
        return result.at("/calls/exhausted").asLong()
                + result.at("/calls/otherFailures").asLong();
    }

    private static Figure failed(JsonNode result) {
        boolean none = number(result, "/predicted/secondsToFirstExhaustion") == null;
        return new Figure(none ? 0.0 : null, (double) notOk(result), FAILED_CALLS);
    }

    private static @Nullable Double number(JsonNode json, String pointer) {
        JsonNode value = json.at(pointer);
        return value.isNumber() ? value.asDouble() : null;
    }
}
