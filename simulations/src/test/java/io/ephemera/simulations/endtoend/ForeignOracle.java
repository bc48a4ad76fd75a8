package io.ephemera.simulations.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.simulations.endtoend.ScriptedTarget.Behaviour;
import io.ephemera.simulations.endtoend.ScriptedTarget.Effect;
import io.ephemera.simulations.endtoend.ScriptedTarget.Served;
import io.ephemera.simulations.load.ConnectionUse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges a run towards a scripted target by what that has really done. */
final class ForeignOracle {

    private static final Pattern FAILED = Pattern.compile("([\\d,]+) calls? failed otherwise \\((.*)\\): (.*)");
    private static final Pattern CLOSED =
            Pattern.compile("the target closed first in ([\\d,]+) of ([\\d,]+) calls?, (?:call|from call) ([\\d,]+).*");
    private static final Pattern RESET =
            Pattern.compile("([\\d,]+) of ([\\d,]+) calls? ended in a RST, (?:call|from call) ([\\d,]+).*");
    private static final Pattern LEFT_TO_CHANCE = Pattern.compile("(?:the run stopped offering calls after .*"
            + "|the run ended early: .*"
            + "|[\\d,]+ connections? (?:was|were) made for no call: .*"
            + "|the target closed first in .*"
            + "|[\\d,]+ of [\\d,]+ (?:users?|calls?) (?:ended in a RST|opened more connections than planned"
            + "|closed their connection|were closed in order), .*)");
    private static final int LEAST_TO_STOP = 20;

    /** More than any connection lives for, beside a TIME_WAIT of minutes. */
    private static final long LONG_LIFE_NANOS = 10_000_000_000L;

    private final TortureCase.Load load;
    private final int exitCode;
    private final List<Served> served;
    private final RunPlan plan;
    private final JsonNode result;
    private final Complaints complaints;

    ForeignOracle(
            TortureCase.Load load,
            int exitCode,
            List<Served> served,
            RunPlan plan,
            JsonNode result,
            Complaints complaints) {
        this.load = load;
        this.exitCode = exitCode;
        this.served = served;
        this.plan = plan;
        this.result = result;
        this.complaints = complaints;
    }

    void judge() {
        Map<String, Long> failed = failures();
        long closed = count(Effect.CLOSED);
        long closedPerhaps = count(Effect.CLOSED_BY_EITHER);
        long resetPerhaps = count(Effect.RESET_BY_EITHER);
        boolean stopped = has(Behaviour.STOPS);
        JsonNode calls = result.at("/calls");
        long ok = calls.at("/ok").asLong(-1);
        long other = calls.at("/otherFailures").asLong(-1);
        long allFailed = failed.values().stream().mapToLong(Long::longValue).sum();
        complaints.same(
                calls.at("/offered").asLong(-1),
                ok + other + calls.at("/exhausted").asLong(-1),
                "calls that were offered have ended");
        if (isLeftToChance()) {
            leftToChance(failed);
            return;
        }
        complaints.same((long) served.size() - servedFailed(), ok, "answered calls");
        complaints.check(
                stopped ? other >= allFailed : other == allFailed,
                "failed otherwise: " + other + ", in truth " + failed);
        refusals(allFailed + closed + closedPerhaps + resetPerhaps);
        List<String> reasons = Complaints.reasons(result);
        if (reasons.isEmpty()) {
            complaints.check(allFailed + closed == 0, "conclusive, though calls have failed or were closed: " + failed);
            complaints.conclusive(
                    result,
                    calls.at("/exhausted").asLong() > 0,
                    Complaints.refusedInRequired(
                            plan,
                            step -> result.at("/steps/" + step + "/exhausted").asLong()));
            return;
        }
        complaints.same("inconclusive", result.at("/verdict").asText(), "verdict");
        complaints.same(3, exitCode, "exit code");
        complaints.check(allFailed + closed + closedPerhaps + resetPerhaps > 0, "inconclusive for nothing: " + reasons);
        boolean saysFailed = false;
        boolean saysClosed = false;
        for (String reason : reasons) {
            Matcher otherwise = FAILED.matcher(reason);
            Matcher closedFirst = CLOSED.matcher(reason);
            Matcher reset = RESET.matcher(reason);
            if (otherwise.matches()) {
                saysFailed = true;
                kinds(otherwise.group(2), otherwise.group(3), failed, stopped);
            } else if (closedFirst.matches()) {
                saysClosed = true;
                deviation(closedFirst, closed, closedPerhaps + resetPerhaps, ok);
            } else if (reset.matches()) {
                deviation(reset, 0, resetPerhaps, ok);
            } else {
                complaints.check(
                        other > LEAST_TO_STOP
                                && (reason.startsWith("the run stopped offering calls after ")
                                        || reason.startsWith("the run ended early: ")),
                        "wrong reason: " + reason);
            }
        }
        complaints.check(allFailed == 0 || saysFailed, "does not say that calls failed: " + reasons);
        complaints.check(closed == 0 || saysClosed, "does not say that the target closed first: " + reasons);
    }

    /**
     * Where a connection is to carry several exchanges and ends early, it is chance whether the client has sent the next one by then:
     * Gatling makes a request again, by itself and over another connection, that has had no answer on one that was kept.
     */
    private boolean isLeftToChance() {
        boolean keeps = load.pattern().connections() != ConnectionUse.CLOSED_PER_EXCHANGE
                && (load.pattern().connections() != ConnectionUse.CLOSED_PER_CALL
                        || load.pattern().exchanges() > 1);
        return keeps
                && served.stream()
                        .anyMatch(each -> each.behaviour().isUnanswered()
                                || (each.behaviour().effect() != Effect.ANSWERED
                                        && each.behaviour().effect() != Effect.FAILED));
    }

    /** Not the counts, but that there is a doubt where there is to be one, and none that has no cause. */
    private void leftToChance(Map<String, Long> failed) {
        List<String> reasons = Complaints.reasons(result);
        // One that is kept for all may be closed when the call that opened it has been told already, and costs no port
        // then; and a client that resets does so after the target's FIN too.
        boolean costsNothing =
                load.pattern().isShared() || load.pattern().connections() == ConnectionUse.CLOSED_ABORTIVELY;
        long closed = costsNothing ? 0 : count(Effect.CLOSED);
        boolean certain = closed + count(Effect.FAILED) > 0;
        if (reasons.isEmpty()) {
            complaints.check(!certain, "conclusive, though calls have failed or were closed: " + failed);
            complaints.conclusive(
                    result,
                    result.at("/calls/exhausted").asLong() > 0,
                    Complaints.refusedInRequired(
                            plan,
                            step -> result.at("/steps/" + step + "/exhausted").asLong()));
            return;
        }
        complaints.same("inconclusive", result.at("/verdict").asText(), "verdict");
        complaints.same(3, exitCode, "exit code");
        for (String reason : reasons) {
            Matcher otherwise = FAILED.matcher(reason);
            if (otherwise.matches()) {
                Set<String> kinds = Stream.of(otherwise.group(2).split(", ", -1))
                        .map(kind -> kind.substring(0, kind.lastIndexOf(' ')))
                        .collect(Collectors.toSet());
                kinds.removeAll(failed.keySet());
                kinds.removeAll(has(Behaviour.STOPS) ? Set.of("reset", "refused") : Set.of("reset"));
                complaints.check(kinds.isEmpty(), "wrong kinds: " + reason);
            } else {
                complaints.check(LEFT_TO_CHANCE.matcher(reason).matches(), "wrong reason: " + reason);
            }
        }
    }

    private void deviation(Matcher said, long least, long perhaps, long ok) {
        long count = number(said.group(1));
        complaints.check(
                count >= least && count <= least + perhaps,
                said.group() + ": in truth " + least + " to " + (least + perhaps));
        complaints.same(ok, number(said.group(2)), "of so many calls: " + said.group());
        // In the order of their numbers, where one call follows the other and none was refused.
        if (load.concurrency() == 1 && result.at("/calls/exhausted").asLong() == 0 && perhaps == 0) {
            long first = served.stream()
                    .filter(each -> each.behaviour().effect() == Effect.CLOSED)
                    .mapToLong(Served::request)
                    .min()
                    .orElse(0);
            complaints.same(first, number(said.group(3)), "the first: " + said.group());
        }
    }

    private void kinds(String said, String hint, Map<String, Long> failed, boolean stopped) {
        Map<String, Long> counts = new TreeMap<>();
        for (String kind : said.split(", ", -1)) {
            int space = kind.lastIndexOf(' ');
            counts.put(kind.substring(0, space), number(kind.substring(space + 1)));
        }
        long most = Collections.max(counts.values());
        complaints.check(
                counts.entrySet().stream()
                        .filter(kind -> kind.getValue() == most)
                        .anyMatch(kind -> hint.contains(hintOf(kind.getKey()))),
                "wrong hint: " + counts + ": " + hint);
        if (stopped) {
            // Those that it had not accepted yet were reset, and whoever came then was refused: nobody has counted
            // them.
            counts.remove("refused");
            long resets = counts.getOrDefault("reset", 0L);
            complaints.check(resets >= failed.getOrDefault("reset", 0L), "reset " + resets + ", in truth " + failed);
            counts.put("reset", failed.getOrDefault("reset", 0L));
        }
        complaints.same(failed, counts, "why calls failed");
    }

    private static String hintOf(String kind) {
        return switch (kind) {
            case "http-100" -> "interim response";
            case "http-204" -> "not with the 200";
            case "http-302" -> "redirects";
            case "http-401" -> "did not accept the credentials";
            case "http-404", "http-500" -> "answered with an error";
            case "reset" -> "cut connections off";
            case "refused" -> "may have stopped";
            case "timeout" -> "too slow, or hang";
            default -> "Gatling's own report";
        };
    }

    /** The target counts no refusals; so few or so many that it is sure are told by connections that live for no time, or long. */
    private void refusals(long deviating) {
        if (deviating > 0) {
            return;
        }
        long said = result.at("/calls/exhausted").asLong(-1);
        long least = new ReferenceRun(plan, load, 0).refused();
        boolean surelyNone = new ReferenceRun(plan, load, LONG_LIFE_NANOS).refused() == 0;
        complaints.check(!surelyNone || said == 0, "exhausted " + said + ", in truth none");
        complaints.check(least == 0 || said > 0, "exhausted " + said + ", in truth at least " + least);
    }

    private long count(Effect effect) {
        return served.stream()
                .filter(each -> each.behaviour().effect() == effect)
                .count();
    }

    private boolean has(Behaviour behaviour) {
        return served.stream().anyMatch(each -> each.behaviour() == behaviour);
    }

    private long servedFailed() {
        return count(Effect.FAILED);
    }

    /** Calls that failed, by kind. */
    private Map<String, Long> failures() {
        Map<String, Long> failures = new TreeMap<>();
        int ofUser = 0;
        int callsPerUser = load.callsPerUser();
        for (Served each : served) {
            boolean leaves = false;
            if (each.behaviour().effect() == Effect.FAILED) {
                String kind = each.behaviour().kind();
                // A user who has no response to its first request leaves.
                leaves = ofUser == 0 && !kind.startsWith("http-");
                failures.merge(kind, leaves ? (long) callsPerUser : 1L, Long::sum);
            }
            ofUser = leaves ? 0 : (ofUser + 1) % callsPerUser;
        }
        return failures;
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }
}
