package io.ephemera.cli.doctor;

import io.ephemera.simulations.machine.ProfileFit;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody believes of this machine, held against what is in force.
 *
 * @param profile the limits that it is believed to have
 * @param fit with the differences, and what is none and yet worth knowing
 */
record Expectation(String profile, ProfileFit fit) {

    boolean holds() {
        return fit.differences().isEmpty();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                holds()
                        ? "This machine is as " + profile + " says"
                        : "This machine is not as " + profile + " says: a change that is not in force?");
        fit.differences().forEach(difference -> lines.add("  - " + difference));
        fit.notes().forEach(note -> lines.add("  note  " + note));
        return lines;
    }
}
