package io.ephemera.reports;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.Diagnosis;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.RunPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * "I made the changes, and it still fails": the limits that somebody believes in, against those that were in force and against the
 * threshold that was measured.
 */
final class ProfileDrift {

    /** The finding that all is as believed. */
    static final String IN_FORCE = "inForce";

    private static final String OS = "os";
    private static final String PROFILE = "ephemera.profile";

    private ProfileDrift() {}

    /**
     * What the run says of the limits that were believed to be in force: on this machine's own stack those that were named, and
     * elsewhere those of the run itself, where its threshold is not theirs.
     *
     * @param trustworthy whether the measured threshold can be trusted
     * @return {@code null} where nothing was believed, or all is as it was
     */
    static RunResult.@Nullable ProfileDiagnosis diagnosis(Analysis analysis, boolean trustworthy) {
        RunPlan plan = analysis.plan();
        CatalogueEntry believed =
                plan.limits().stack().equals(OS) ? named(plan) : analysis.isApart() ? own(plan) : null;
        if (believed == null) {
            return null;
        }
        Double measured = analysis.measured();
        boolean canBeTold = measured != null
                && trustworthy
                && plan.calls().portsPerCall() > 0
                // The catalogue's thresholds are those of one source and one destination.
                && plan.limits().pools() == 1
                && believed.thresholdCallsPerSecond(plan.calls().portsPerCall()).isPresent();
        Diagnosis diagnosis = canBeTold && measured != null
                ? Diagnosis.of(measured, plan.calls().portsPerCall(), believed)
                : null;
        List<String> differences = plan.limits().stack().equals(OS)
                ? differences(believed, plan.limits().profile())
                : List.of();
        return diagnosis == null && differences.isEmpty()
                ? null
                : new RunResult.ProfileDiagnosis(
                        believed.name(),
                        diagnosis == null ? null : Json.word(diagnosis.finding()),
                        diagnosis == null ? null : diagnosis.sentence(),
                        differences);
    }

    /** The profile that the user named on a stack that has limits of its own. */
    private static @Nullable CatalogueEntry named(RunPlan plan) {
        String name = plan.identity().settings().get(PROFILE);
        Profile ofFile = plan.limits().believed();
        if (ofFile != null) {
            return CatalogueEntry.of(ofFile);
        }
        // Of a file that a recording only names nothing is known: it may be another one by now.
        return name == null || !ProfileCatalogue.names().contains(name.strip())
                ? null
                : ProfileCatalogue.entry(name.strip());
    }

    /** The entry of the catalogue that has the limits of the run's profile, which may have been changed by remedies. */
    private static CatalogueEntry own(RunPlan plan) {
        Profile profile = plan.limits().profile();
        CatalogueEntry same = CatalogueEntry.of(profile);
        return ProfileCatalogue.all().stream()
                .filter(entry -> entry.family().equals(same.family())
                        && !entry.variants().isEmpty())
                .filter(entry -> isOf(entry.variants().get(0), profile))
                .findFirst()
                .orElse(same);
    }

    private static boolean isOf(Variant variant, Profile profile) {
        return variant.ports() == profile.range().size() && profile.timeWait().equals(variant.hold());
    }

    private static List<String> differences(CatalogueEntry believed, Profile inForce) {
        List<String> differences = new ArrayList<>();
        if (believed.variants().stream()
                .noneMatch(variant -> variant.ports() == inForce.range().size())) {
            differences.add("ports: " + believed.name() + " has " + Format.count(believed.ports()) + ", in force are "
                    + Format.count(inForce.range().size()) + " (" + inForce.range() + "), "
                    + source(inForce, "ports"));
        }
        if (believed.variants().stream().noneMatch(variant -> inForce.timeWait().equals(variant.hold()))) {
            differences.add("TIME_WAIT: " + believed.name() + " has "
                    + (believed.hold() == null ? "none that is documented" : Durations.format(believed.hold()))
                    + ", in force is " + Durations.format(inForce.timeWait()) + ", " + source(inForce, "timeWait"));
        }
        if (believed.scope() != inForce.scope()) {
            differences.add(
                    "scope: " + believed.name() + " has " + believed.scope() + ", in force is " + inForce.scope());
        }
        return differences;
    }

    private static String source(Profile inForce, String figure) {
        String source = inForce.sources().get(figure);
        return source == null ? "by the machine's own word" : source;
    }
}
