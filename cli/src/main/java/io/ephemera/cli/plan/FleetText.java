package io.ephemera.cli.plan;

import io.ephemera.ports.Figure;
import io.ephemera.ports.plan.Change;
import io.ephemera.ports.plan.Change.Kind;
import io.ephemera.ports.plan.Fleet;
import io.ephemera.ports.plan.FleetPlan;
import io.ephemera.reports.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Help.Ansi;

/** The plan of a fleet as lines for people. */
final class FleetText {

    private FleetText() {}

    static List<String> lines(FleetPlan plan, Ansi ansi) {
        List<String> lines = new ArrayList<>();
        lines.add("Fleet   " + fleet(plan));
        lines.add("Limits  " + limits(plan.fleet()));
        lines.add("");
        lines.add(ansi.string("@|bold," + (plan.holds() ? "green " : "red ") + plan.sentence() + "|@"));
        lines.add("");
        for (String[] fact : facts(plan)) {
            lines.add(String.format("%-21s%s", fact[0], fact[1]));
        }
        if (!plan.changes().isEmpty()) {
            lines.add("What would do, each alone, the cheapest first");
            for (Change change : plan.changes()) {
                lines.add("  - " + change.sentence());
            }
        }
        Map<String, String> settings = settings(plan);
        if (!settings.isEmpty()) {
            lines.add("To be set");
            settings.forEach((setting, value) -> lines.add("  " + setting + " = " + value));
        }
        return lines;
    }

    static String fleet(FleetPlan plan) {
        return Format.count(plan.fleet().instances()) + " instances of "
                + plan.fleet().entry().name()
                + (plan.fleet().addressPorts().isPresent() || plan.fleet().isShared()
                        ? ", " + plan.fleet().addresses() + " address"
                                + (plan.fleet().addresses() == 1 ? "" : "es")
                        : "")
                + (plan.callsPerSecond().isEmpty()
                        ? ""
                        : ", " + Format.fourDigits(plan.callsPerSecond().getAsDouble()) + " calls/s together")
                + (plan.busiest() == 1 ? "" : ", the busiest " + Format.fourDigits(plan.busiest()) + " times the mean");
    }

    static String limits(Fleet fleet) {
        String held = ", held " + PlanText.time(fleet.hold().toNanos() / 1e9) + " after a close";
        if (fleet.isShared()) {
            return Format.count(fleet.portsEach()) + " ports, whoever needs them" + held;
        }
        OptionalInt most = fleet.mostPortsEach();
        String ofThem = most.isEmpty()
                ? ""
                : "; of these addresses at most " + Format.count(most.getAsInt())
                        + (fleet.stepDown(most.getAsInt()) == most.getAsInt()
                                ? ""
                                : ", and " + Format.count(fleet.stepDown(most.getAsInt())) + " as it can be set");
        return Format.count(fleet.portsEach()) + " ports an instance"
                + (fleet.givenPortsEach() == null ? " by default" : "") + held + ofThem;
    }

    static List<String[]> facts(FleetPlan plan) {
        Fleet fleet = plan.fleet();
        List<String[]> facts = new ArrayList<>();
        facts.add(new String[] {
            "Highest safe rate",
            (fleet.isShared() ? "" : Format.fourDigits(plan.callsPerSecondEach()) + " calls/s an instance, ")
                    + Format.fourDigits(plan.callsPerSecondOfAll()) + " all together"
        });
        plan.callsPerSecondOfBusiest()
                .ifPresent(rate -> facts.add(new String[] {
                    "Ports needed",
                    Format.count(plan.portsNeeded())
                            + (fleet.isShared()
                                    ? " by all"
                                    : " by the busiest instance, which calls " + Format.fourDigits(rate) + "/s")
                }));
        OptionalInt most = fleet.mostInstances();
        facts.add(new String[] {
            "Scale-out",
            most.isEmpty()
                    ? fleet.isShared()
                            ? "any number of instances share " + Format.fourDigits(plan.callsPerSecondOfAll())
                                    + " calls/s"
                            : "each instance brings ports of its own"
                    : Format.count(most.getAsInt()) + " instances have so many ports each; beyond, an address for each "
                            + Format.count(Math.max(1, fleet.addressPorts().orElseThrow() / fleet.portsEach()))
        });
        return facts;
    }

    /** What could be written into Terraform or a chart's values, by the settings' own names. */
    static Map<String, String> settings(FleetPlan plan) {
        Fleet fleet = plan.fleet();
        Map<String, String> settings = new LinkedHashMap<>();
        int addresses = plan.changes().stream()
                .filter(change -> change.kind() == Kind.MORE_ADDRESSES)
                .mapToInt(change -> (int) change.value())
                .findFirst()
                .orElse(fleet.addresses());
        OptionalInt most = new Fleet(fleet.entry(), fleet.hold(), fleet.instances(), addresses, null).mostPortsEach();
        if (most.isPresent()) {
            int wanted = plan.callsPerSecond().isPresent() ? plan.portsNeeded() : 0;
            int ports = wanted == 0 ? fleet.stepDown(most.getAsInt()) : fleet.stepUp(wanted);
            if (fleet.givenPortsEach() != null && plan.holds()) {
                ports = fleet.givenPortsEach();
            }
            if (ports < 1 || ports > most.getAsInt()) {
                return settings;
            }
            for (String key : List.of("portsSetting", "portsValue")) {
                String value = String.valueOf(ports);
                fleet.figure(key).map(Figure::value).ifPresent(name -> settings.put(name, value));
            }
        }
        if (addresses > 1) {
            String value = String.valueOf(addresses);
            fleet.figure("addressesSetting").map(Figure::value).ifPresent(name -> settings.put(name, value));
        }
        return settings;
    }
}
