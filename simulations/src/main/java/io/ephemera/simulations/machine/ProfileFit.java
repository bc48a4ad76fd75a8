package io.ephemera.simulations.machine;

import io.ephemera.ports.Durations;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.reports.Format;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody believes of this machine, held against what is in force.
 *
 * @param differences in words; empty where the machine is as believed
 * @param notes what is no difference and yet worth knowing: what hides the failure on loopback alone, ports that are listened on,
 *     and what the platform does not tell
 */
public record ProfileFit(List<String> differences, List<String> notes) {

    /** The kernel's timer wheel makes TIME_WAIT this much longer than documented, at most: half of 5.12 s on 60 s. */
    private static final double ROUNDING = 0.05;

    /** Copies the lists. */
    public ProfileFit {
        differences = List.copyOf(differences);
        notes = List.copyOf(notes);
    }

    /** Both: on loopback a note is a difference. */
    public List<String> all() {
        List<String> all = new ArrayList<>(differences);
        all.addAll(notes);
        return all;
    }

    /**
     * Compares.
     *
     * @param believed the limits that somebody expects
     * @param limits what was read
     */
    public static ProfileFit of(Profile believed, MachineLimits limits) {
        List<String> differences = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        ports(believed, limits, differences, notes);
        if (limits.acrossNetwork().equals(limits.onLoopback())) {
            timeWait("TIME_WAIT", believed, limits.acrossNetwork(), differences, notes);
        } else {
            timeWait("TIME_WAIT across the network", believed, limits.acrossNetwork(), differences, notes);
            timeWait("TIME_WAIT on loopback", believed, limits.onLoopback(), notes, notes);
        }
        if (believed.scope() != limits.scope()) {
            differences.add(
                    "scope: " + believed.name() + " has " + believed.scope() + ", in force is " + limits.scope());
        }
        for (MaskingSetting mask : limits.masks()) {
            (mask.reach() == MaskingSetting.Reach.EVERYWHERE ? differences : notes)
                    .add(mask.setting() + ": " + mask.words());
        }
        if (!differences.isEmpty()) {
            differences.add("threshold: " + believed.name() + " has "
                    + Quantities.rate(believed.capacity(1).thresholdCallsPerSecond()) + ", this machine "
                    + limits.thresholdAcrossNetwork().words() + " across the network, "
                    + limits.thresholdOnLoopback().words() + " on loopback");
        }
        return new ProfileFit(differences, notes);
    }

    private static void ports(Profile believed, MachineLimits limits, List<String> differences, List<String> notes) {
        EphemeralPorts ports = limits.ports();
        MachineFigure<PortRange> figure = ports.range();
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
        int notReserved = new EphemeralPorts(figure, ports.reserved(), MachineFigure.unknown("", "", "", ""))
                .usable()
                .orElse(0);
        int usable = ports.usable().orElse(0);
        if (notReserved < range.size()) {
            differences.add("ports: " + Format.count(range.size() - notReserved) + " of the "
                    + Format.count(range.size()) + " are reserved, " + Format.count(notReserved) + " are left");
        }
        if (usable < notReserved) {
            notes.add("ports: " + Format.count(notReserved - usable) + " are listened on, " + Format.count(usable)
                    + " are left to a connect");
        }
    }

    private static String ports(PortRange range) {
        return Format.count(range.size()) + " (" + range + ")";
    }

    private static void timeWait(
            String label, Profile believed, Optional<PortHoldTime> hold, List<String> differences, List<String> notes) {
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
        boolean used = known.used().equals(believed.timeWait());
        if (rounded || (used && known.alternatives().isEmpty())) {
            return;
        }
        if (used || documented.contains(believed.timeWait())) {
            notes.add(expected + ", and whether that is in force can't be told: " + known.basis());
        } else {
            differences.add(expected + ", here it is " + Quantities.seconds(known.used()) + ": " + known.basis());
        }
    }
}
