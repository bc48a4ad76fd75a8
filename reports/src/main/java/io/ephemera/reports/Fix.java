package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change that helps, with what it buys and what it costs. {@code docs/remedies.md} has more of each.
 *
 * @param name as it is known
 * @param gain what it buys
 * @param risk what it costs, or may
 * @param command makes the run again with it; {@code null} where no setting does
 */
public record Fix(
        String name, String gain, String risk, @Nullable String command) {

    private static final String REMEDY = "ephemera.remedy";
    private static final String SYSCTL = "net.ipv4.";
    private static final String IDLE = "a server that closes an idle connection as a call begins";
    private static final String LATE = "a late segment of the old connection may meet the next one (RFC 9293, 3.6.1)";

    /** Those for a run, the one to begin with first; empty where calls went well, or a scenario tells itself what helps. */
    static List<Fix> of(RunResult result) {
        if (result.verdict() == Verdict.FAILING) {
            return List.of(new Fix(
                    "a counter of one atomic step (bind-correct)",
                    "every call has its port",
                    "a port that something else holds costs a try",
                    MavenCommand.with(result, Map.of(REMEDY, "bind-correct"))));
        }
        if (result.verdict() != Verdict.EXHAUSTED || !result.figures().isEmpty()) {
            return List.of();
        }
        if (result.heldByLive() && !result.ofLiveConnections()) {
            return List.of(
                    new Fix("close every connection after use", "its port comes back", "none", null),
                    new Fix("give calls a time-out", "a call that hangs gives its port back", "slow calls fail", null));
        }
        List<Fix> fixes = new ArrayList<>();
        if (result.call().portsPerCall() > 0) {
            if (!result.ofLiveConnections()) {
                ofClient(result, fixes);
            }
            for (RunResult.RemedyThreshold remedy : result.explanation().remedies()) {
                fixes.add(ofPlatform(result, remedy));
            }
        }
        return fixes;
    }

    private static void ofClient(RunResult result, List<Fix> fixes) {
        String pattern = result.call().pattern();
        if (pattern.startsWith("ntlm-")) {
            fixes.add(new Fix(
                    "UnsafeAuthenticatedConnectionSharing",
                    "no call uses up a port",
                    "whoever comes next is served as who logged in",
                    remedied(result, "unsafe-authenticated-sharing")));
        } else {
            if (result.call().portsPerCall() >= 1) {
                fixes.add(new Fix(
                        "keep-alive",
                        "a connection, and so a port, for several calls of a user",
                        "idle connections hold ports; " + IDLE,
                        remedied(result, "keep-alive")));
            }
            fixes.add(new Fix(
                    "connections shared by all users",
                    "no call uses up a port",
                    IDLE,
                    remedied(result, "shared-connections")));
        }
        if (result.call().portsPerCall() > 1) {
            double once = result.conditions().profile().effectivePorts()
                    / result.conditions().profile().timeWaitSeconds();
            fixes.add(new Fix(
                    "all exchanges of a call on one connection",
                    threshold(result, once),
                    "none",
                    measured(result, Map.of("ephemera.pattern", pattern.replace("-close-exchange", "-close-call")))));
        }
    }

    private static Fix ofPlatform(RunResult result, RunResult.RemedyThreshold remedy) {
        String name = remedy.name();
        String risk = "see docs/profiles.md";
        String setting = null;
        if (name.startsWith("MaxUserPort")) {
            risk = "a reboot; ports above 5000 that others listen on";
            setting = name;
        } else if (name.startsWith("TcpTimedWaitDelay")) {
            risk = "a reboot; " + LATE;
            setting = name;
        } else if (name.equals(SYSCTL + "tcp_tw_reuse=1")) {
            risk = "needs TCP timestamps on both sides; never helps a bind";
            setting = "tcp_tw_reuse";
        }
        // The machine's own stack is as it is.
        boolean runs = setting != null && !result.conditions().stack().equals("os");
        return new Fix(
                name,
                threshold(result, remedy.thresholdCallsPerSecond()),
                risk,
                runs ? remedied(result, String.valueOf(setting)) : null);
    }

    private static String threshold(RunResult result, double callsPerSecond) {
        Double today = result.predicted().thresholdCallsPerSecond();
        return Format.about(callsPerSecond) + " calls/s" + (today == null ? "" : " in place of " + Format.about(today));
    }

    private static String remedied(RunResult result, String remedy) {
        return measured(result, Map.of(REMEDY, remedy));
    }

    /** Against the rate that failed, as a requirement: that it holds now is the proof. */
    private static String measured(RunResult result, Map<String, String> changes) {
        Map<String, String> settings = new LinkedHashMap<>(changes);
        RunResult.Required required = result.evidence().required();
        Double failed = required != null && Boolean.FALSE.equals(required.holds())
                ? (Double) required.callsPerSecond()
                : refused(result);
        if (failed != null) {
            settings.put("ephemera.rates", MavenCommand.plain(failed));
            settings.put("ephemera.require", MavenCommand.plain(failed));
        }
        return MavenCommand.with(result, settings);
    }

    private static @Nullable Double refused(RunResult result) {
        Double first = result.measured().firstExhaustedCallsPerSecond();
        return first != null
                ? first
                : result.steps().stream()
                        .filter(step -> step.load().kind() == Kind.SATURATED)
                        .map(Step::load)
                        .map(load -> Format.decimal(load.offeredCallsPerSecond(), 3, 0))
                        .findFirst()
                        .orElse(null);
    }
}
