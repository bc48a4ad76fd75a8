package io.ephemera.cli.plan;

import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.ClientCatalogue;
import io.ephemera.ports.plan.Fleet;
import io.ephemera.ports.plan.FleetPlan;
import io.ephemera.ports.plan.FleetPlanner;
import io.ephemera.ports.plan.PoolOutcome;
import io.ephemera.ports.plan.PoolPlan;
import io.ephemera.ports.plan.PoolPlanner;
import io.ephemera.reports.Format;
import io.ephemera.reports.page.Chart;
import io.ephemera.reports.page.DataTable;
import io.ephemera.reports.page.PlanPage;
import io.ephemera.reports.page.PlanPage.Curve;
import io.ephemera.reports.page.PlanPage.CurveLine;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Plans as pages, with what they would come to in other sizes. */
final class PlanPages {

    /** Sizes of a chart at most. */
    private static final int POINTS = 60;

    private PlanPages() {}

    static PlanPage pool(
            String profile, ClientCatalogue.@Nullable Entry client, PoolPlan plan, boolean holdsEitherClose) {
        SortedMap<Integer, Double> opened = new TreeMap<>();
        SortedMap<Integer, Double> ports = new TreeMap<>();
        List<List<String>> rows = new ArrayList<>();
        int all = PoolPlanner.plan(plan.pool().ofSize(Integer.MAX_VALUE), plan.load(), plan.limits(), holdsEitherClose)
                .outcome()
                .mostOpen();
        for (int size : sizes(plan.pool().isCapped() ? 1 : 0, all + 1)) {
            PoolPlan other = PoolPlanner.plan(plan.pool().ofSize(size), plan.load(), plan.limits(), holdsEitherClose);
            PoolOutcome outcome = other.outcome();
            opened.put(size, outcome.openedPerSecond());
            ports.put(size, (double) outcome.mostPorts());
            rows.add(List.of(
                    Format.count(size),
                    Format.exact(outcome.openedPerSecond()),
                    Format.count(outcome.mostPorts()),
                    Format.count(outcome.waited()),
                    other.holds() ? "enough" : "too small"));
        }
        String size = plan.pool().isCapped() ? "connections that may be open" : "connections kept";
        DataTable table = new DataTable(
                "Pools of other sizes", List.of(size, "opened/s", "ports at most", "calls that wait", ""), rows);
        return new PlanPage(
                "Plan of a connection pool",
                plan.sentence(),
                plan.holds(),
                PoolText.load(plan.load()) + ". " + PoolText.limits(profile, plan.limits()),
                facts(PoolText.facts(client, plan)),
                List.of(
                        new Curve(
                                new Chart(
                                        "pool-ports",
                                        "Ports in use, by the size of the pool",
                                        "Where the curve is above the line, calls find no port.",
                                        table),
                                size,
                                "ports",
                                List.of(new CurveLine("ports at most", ports)),
                                (double) plan.limits().ports(),
                                Format.count(plan.limits().ports()) + " ports"),
                        new Curve(
                                new Chart(
                                        "pool-opened",
                                        "Connections opened a second, by the size of the pool",
                                        "Each that is closed again leaves a port in TIME_WAIT.",
                                        table),
                                size,
                                "connections/s",
                                List.of(new CurveLine("opened", opened)),
                                null,
                                "")));
    }

    /** Some sizes from one to another, evenly spread, both included. */
    private static SortedSet<Integer> sizes(int from, int to) {
        SortedSet<Integer> sizes = new TreeSet<>();
        for (int i = 0; i <= POINTS; i++) {
            sizes.add(from + (int) Math.round((double) (to - from) * i / POINTS));
        }
        return sizes;
    }

    private static List<String> facts(List<String[]> facts) {
        return facts.stream().map(fact -> fact[0] + ": " + fact[1]).toList();
    }

    static PlanPage fleet(FleetPlan plan) {
        Fleet fleet = plan.fleet();
        List<CurveLine> ports = new ArrayList<>();
        SortedMap<Integer, Double> most = new TreeMap<>();
        SortedMap<Integer, Double> each = new TreeMap<>();
        SortedMap<Integer, Double> needed = new TreeMap<>();
        SortedMap<Integer, Double> all = new TreeMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (int instances : sizes(Math.max(1, fleet.instances() / 4), Math.max(10, 4 * fleet.instances()))) {
            FleetPlan other = ofInstances(plan, instances);
            if (other == null) {
                break;
            }
            other.fleet().mostPortsEach().ifPresent(number -> most.put(instances, (double) number));
            each.put(instances, (double) other.fleet().portsEach());
            needed.put(instances, (double) other.portsNeeded());
            all.put(instances, other.callsPerSecondOfAll());
            rows.add(List.of(
                    Format.count(instances),
                    Format.count(other.fleet().portsEach()),
                    other.fleet().mostPortsEach().isEmpty()
                            ? Format.NOTHING
                            : Format.count(other.fleet().mostPortsEach().getAsInt()),
                    Format.count(other.portsNeeded()),
                    Format.exact(other.callsPerSecondOfAll()),
                    other.holds() ? "enough" : "too few"));
        }
        ports.add(new CurveLine(fleet.isShared() ? "ports of all" : "ports an instance has", each));
        if (!most.isEmpty()) {
            ports.add(new CurveLine("ports an instance can have", most));
        }
        if (plan.callsPerSecond().isPresent()) {
            ports.add(new CurveLine(fleet.isShared() ? "ports needed" : "ports the busiest needs", needed));
        }
        DataTable table = new DataTable(
                "Fleets of other sizes",
                List.of("instances", "ports each", "at most", "needed", "safe calls/s together", ""),
                rows);
        OptionalDouble rate = plan.callsPerSecond();
        List<String> facts = new ArrayList<>(facts(FleetText.facts(plan)));
        plan.changes().forEach(change -> facts.add("Would do: " + change.sentence()));
        FleetText.settings(plan).forEach((setting, value) -> facts.add("To be set: " + setting + " = " + value));
        return new PlanPage(
                "Plan of a fleet",
                plan.sentence(),
                plan.holds(),
                FleetText.fleet(plan) + ": " + FleetText.limits(fleet),
                facts,
                List.of(
                        new Curve(
                                new Chart(
                                        "fleet-rate",
                                        "What the fleet can call, by its size",
                                        "Calls a second of all instances together, towards one destination, before the"
                                                + " first one fails.",
                                        table),
                                "instances",
                                "calls/s",
                                List.of(new CurveLine("safe together", all)),
                                rate.isEmpty() ? null : (Double) rate.getAsDouble(),
                                rate.isEmpty() ? "" : Format.fourDigits(rate.getAsDouble()) + " calls/s wanted"),
                        new Curve(
                                new Chart(
                                        "fleet-ports",
                                        "Ports of an instance, by the number of instances",
                                        "What an instance has, what the addresses could give it, and what it needs.",
                                        table),
                                "instances",
                                "ports",
                                ports,
                                null,
                                "")));
    }

    /** The same of another size; {@code null} where the platform documents nothing for it, or the ports don't go round. */
    private static @Nullable FleetPlan ofInstances(FleetPlan plan, int instances) {
        Fleet fleet = plan.fleet();
        try {
            Fleet other = new Fleet(fleet.entry(), fleet.hold(), instances, fleet.addresses(), fleet.givenPortsEach());
            CallCost cost = plan.cost();
            return FleetPlanner.plan(other, plan.callsPerSecond(), Math.min(instances, plan.busiest()), cost);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
