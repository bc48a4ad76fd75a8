package io.ephemera.simulations.machine;

import io.ephemera.ports.Durations;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.reports.Format;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What somebody believes of this machine, held against what is in force. */
public final class ProfileFit {

    /** The kernel's timer wheel makes TIME_WAIT this much longer than documented, at most: half of 5.12 s on 60 s. */
    private static final double ROUNDING = 0.05;

    private ProfileFit() {}

    /**
     * The differences in words; empty where the machine is as believed.
     *
     * @param believed the limits that somebody expects
     * @param limits what was read
     */
    public static List<String> differences(Profile believed, MachineLimits limits) {
        List<String> differences = new ArrayList<>();
        ports(believed, limits, differences);
        if (limits.acrossNetwork().equals(limits.onLoopback())) {
            timeWait("TIME_WAIT", believed, limits.acrossNetwork(), differences);
        } else {
            timeWait("TIME_WAIT across the network", believed, limits.acrossNetwork(), differences);
            timeWait("TIME_WAIT on loopback", believed, limits.onLoopback(), differences);
        }
        if (believed.scope() != limits.scope()) {
            differences.add(
                    "scope: " + believed.name() + " has " + believed.scope() + ", in force is " + limits.scope());
        }
        limits.masks().forEach(mask -> differences.add(mask.setting() + ": " + mask.words()));
        if (!differences.isEmpty()) {
            differences.add("threshold: " + believed.name() + " has "
                    + Quantities.rate(believed.capacity(1).thresholdCallsPerSecond()) + ", this machine "
                    + limits.thresholdAcrossNetwork().words() + " across the network, "
                    + limits.thresholdOnLoopback().words() + " on loopback");
        }
        return differences;
    }

    private static void ports(Profile believed, MachineLimits limits, List<String> differences) {
        MachineFigure<PortRange> figure = limits.ports().range();
        PortRange range = figure.value();
        String expected = "ports: " + believed.name() + " has " + ports(believed.range());
        if (range == null) {
            differences.add(
                    expected + ", what is in force can't be told: " + figure.note() + " (" + figure.source() + ")");
            return;
        }
        if (!range.equals(believed.range())) {
            differences.add(expected + ", in force are " + ports(range) + ", " + figure.source());
        }
        int usable = limits.usablePorts().orElse(0);
        if (usable < range.size()) {
            differences.add("ports: " + Format.count(range.size() - usable) + " of the " + Format.count(range.size())
                    + " are reserved or listened on, " + Format.count(usable) + " are left");
        }
    }

    private static String ports(PortRange range) {
        return Format.count(range.size()) + " (" + range + ")";
    }

    private static void timeWait(
            String label, Profile believed, Optional<PortHoldTime> hold, List<String> differences) {
        String expected = label + ": " + believed.name() + " has " + Durations.format(believed.timeWait());
        if (hold.isEmpty()) {
            differences.add(expected + ", what is in force can't be told");
            return;
        }
        PortHoldTime known = hold.get();
        List<Duration> documented = known.alternatives().stream()
                .filter(PortHoldTime.Alternative::documented)
                .map(PortHoldTime.Alternative::hold)
                .toList();
        boolean rounded = documented.stream()
                .anyMatch(other -> other.equals(believed.timeWait())
                        && known.seconds() / (other.toNanos() / 1e9) - 1 < ROUNDING
                        && known.used().compareTo(other) >= 0);
        if (rounded || (known.used().equals(believed.timeWait()) && documented.isEmpty())) {
            return;
        }
        differences.add(
                known.used().equals(believed.timeWait()) || documented.contains(believed.timeWait())
                        ? expected + ", and whether that is in force can't be told: " + known.basis()
                        : expected + ", in force is " + Quantities.seconds(known.used()) + ": " + known.basis());
    }
}
