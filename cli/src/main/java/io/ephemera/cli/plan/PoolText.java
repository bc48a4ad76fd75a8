package io.ephemera.cli.plan;

import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.ClientPool;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.PoolLoad;
import io.ephemera.ports.plan.PoolOutcome;
import io.ephemera.ports.plan.PoolPlan;
import io.ephemera.reports.Format;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** The plan of a pool as lines for people. */
final class PoolText {

    private PoolText() {}

    static List<String> lines(String profile, ClientCatalogue.@Nullable Entry client, PoolPlan plan, Ansi ansi) {
        List<String> lines = new ArrayList<>();
        lines.add("Load    " + load(plan.load()));
        lines.add("Client  " + (client == null ? "" : client.client() + ": ") + pool(plan.pool()));
        lines.add("Limits  " + limits(profile, plan.limits()));
        lines.add("");
        lines.add(ansi.string("@|bold," + (plan.holds() ? "green " : "red ") + plan.sentence() + "|@"));
        lines.add("");
        for (String[] fact : facts(client, plan)) {
            lines.add(String.format("%-21s%s", fact[0], fact[1]));
        }
        return lines;
    }

    static String load(PoolLoad load) {
        String arrivals = load.seed() == null
                ? Format.count(load.concurrency()) + " at once every "
                        + PlanText.time(load.concurrency() / load.callsPerSecond())
                : "at random (seed " + load.seed() + ")";
        return Format.fourDigits(load.callsPerSecond()) + " calls/s, " + arrivals + ", "
                + PlanText.time(load.serviceTime().toNanos() / 1e9) + " each"
                + (load.destinations() == 1 ? "" : ", to " + load.destinations() + " destinations in turn");
    }

    static String limits(String profile, Limits limits) {
        return profile + ": " + Format.count(limits.ports()) + " ports, "
                + PlanText.time(limits.hold().toNanos() / 1e9) + " after a close, scope " + limits.scope();
    }

    private static String pool(ClientPool pool) {
        List<String> words = new ArrayList<>();
        words.add("keeps " + bound(pool.kept().perDestination()) + " a destination, "
                + bound(pool.kept().inAll()) + " in all");
        if (pool.isCapped()) {
            words.add("opens " + bound(pool.open().perDestination()) + " a destination, "
                    + bound(pool.open().inAll()) + " in all");
        }
        words.add("idle for " + time(pool.idleTimeout()));
        if (pool.serverIdleTimeout() != null) {
            words.add("the server's idle timeout " + time(pool.serverIdleTimeout()));
        }
        if (pool.life() != null) {
            words.add("a life of " + time(pool.life()));
        }
        if (pool.callsPerConnection() != ClientPool.UNLIMITED) {
            words.add(Format.count(pool.callsPerConnection()) + " calls a connection");
        }
        if (pool.streams() != 1) {
            words.add(pool.streams() + " streams");
        }
        return String.join("; ", words);
    }

    private static String bound(int bound) {
        return bound == ClientPool.UNLIMITED ? "any number" : Format.count(bound);
    }

    private static String time(@Nullable Duration time) {
        return time == null ? "ever" : PlanText.time(time.toNanos() / 1e9);
    }

    static List<String[]> facts(ClientCatalogue.@Nullable Entry client, PoolPlan plan) {
        PoolOutcome outcome = plan.outcome();
        List<String[]> facts = new ArrayList<>();
        facts.add(new String[] {"Connections opened", rate(outcome.openedPerSecond()) + "/s"});
        facts.add(new String[] {"Ports used up", rate(plan.portsPerSecond()) + "/s, by connections that are closed"});
        facts.add(new String[] {
            "Ports in use at most",
            Format.count(outcome.mostPorts()) + " of "
                    + Format.count(plan.limits().ports())
                    + (plan.limits().scope() == Scope.DESTINATION ? " towards a destination" : "")
        });
        if (outcome.waited() > 0) {
            facts.add(new String[] {
                "Calls that wait", Format.fourDigits(100.0 * outcome.waited() / outcome.calls()) + " % for a connection"
            });
        }
        facts.add(new String[] {"Highest safe rate", threshold(plan.threshold())});
        facts.add(new String[] {"Smallest pool", smallest(client, plan)});
        facts.add(new String[] {
            "How it was found", plan.isClosedForm() ? "by a formula (docs/pools.md)" : "played, call by call"
        });
        return facts;
    }

    private static String rate(double perSecond) {
        return perSecond == 0 ? "0" : Format.fourDigits(perSecond);
    }

    private static String threshold(OptionalDouble threshold) {
        return threshold.isEmpty()
                ? "any: no port is used up"
                : String.format(Locale.ROOT, "%s calls/s of the same kind", Format.fourDigits(threshold.getAsDouble()));
    }

    private static String smallest(ClientCatalogue.@Nullable Entry client, PoolPlan plan) {
        OptionalInt smallest = plan.smallest();
        if (smallest.isEmpty()) {
            return "none: no size is enough, since it is not the size that closes the connections";
        }
        int size = smallest.getAsInt();
        String what = plan.pool().isCapped() ? " open at once, so that no call waits" : " kept";
        String setting = client == null || size == 0 ? "" : ": " + client.setting(size);
        return Format.count(size) + what + setting;
    }
}
