package io.ephemera.cli.doctor;

import io.ephemera.ports.Profile;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.ProfileFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What somebody believes of this machine, held against what is in force.
 *
 * @param profile the limits that it is believed to have
 * @param difference why it does not, in one line
 * @param otherSystem whether the profile is one of another operating system, so that no figure of it can be in force here
 * @param fit with the differences, and what is none and yet worth knowing
 */
record Expectation(String profile, String difference, boolean otherSystem, ProfileFit fit) {

    /** Systems that are read here, by the first word of their names. */
    private static final List<String> SYSTEMS = List.of("linux", "windows", "mac");

    static Expectation of(Profile believed, MachineLimits limits) {
        ProfileFit fit = ProfileFit.of(believed, limits);
        String system = system(limits.system());
        String expected = system(believed.platform());
        boolean other =
                !fit.differences().isEmpty() && !expected.isEmpty() && !system.isEmpty() && !expected.equals(system);
        String difference = other
                ? believed.name() + " is a profile of " + believed.platform() + ", and this machine is "
                        + limits.system()
                : "this machine is not as " + believed.name() + " says: a change that is not in force?";
        return new Expectation(believed.name(), difference, other, fit);
    }

    /** Which of them a name is one of; empty if none. */
    private static String system(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SYSTEMS.stream().filter(lower::startsWith).findFirst().orElse("");
    }

    boolean holds() {
        return fit.differences().isEmpty();
    }

    /** The verdict says the difference; of another system there is nothing to add. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (otherSystem) {
            return lines;
        }
        lines.add(holds() ? "This machine is as " + profile + " says" : "What is not as " + profile + " says");
        fit.differences().forEach(difference -> lines.add("  - " + difference));
        fit.notes().forEach(note -> lines.add("  note  " + note));
        return lines;
    }
}
