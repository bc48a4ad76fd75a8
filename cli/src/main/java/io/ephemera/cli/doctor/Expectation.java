package io.ephemera.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * What somebody believes of this machine, held against what is in force.
 *
 * @param profile the limits that it is believed to have
 * @param differences in words; empty where the machine is as believed
 */
record Expectation(String profile, List<String> differences) {

    boolean holds() {
        return differences.isEmpty();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                holds()
                        ? "This machine is as " + profile + " says"
                        : "This machine is not as " + profile + " says: a change that is not in force?");
        differences.forEach(difference -> lines.add("  - " + difference));
        return lines;
    }
}
