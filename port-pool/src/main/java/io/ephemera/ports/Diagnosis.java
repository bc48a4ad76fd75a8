package io.ephemera.ports;

import io.ephemera.ports.CatalogueEntry.PlatformSetting;
import io.ephemera.ports.CatalogueEntry.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which limits a measured threshold speaks for, beside those that the user believes in: a tuning that did not take effect is
 * seen by it.
 *
 * @param finding what it comes to
 * @param sentence the finding in words
 */
public record Diagnosis(Finding finding, String sentence) {

    /**
     * How far a measured threshold may be from a profile's and still fit it, in percent. Runs on the model come within 0.5 %; a
     * kernel's timers are coarser: Linux holds its 60 s for 61.02 s on average, 1.7 % more.
     */
    private static final double FITS_WITHIN_PERCENT = 2;

    /** What a diagnosis comes to. */
    public enum Finding {
        /** The measured threshold is that of the believed profile. */
        IN_FORCE,
        /** It is that of the same platform without some or all of the changes. */
        CHANGE_NOT_IN_FORCE,
        /** It is that of other profiles of the catalogue. */
        OTHER_LIMITS,
        /** It is that of no profile of the catalogue. */
        UNKNOWN_LIMITS
    }

    /** A profile of the catalogue, with the documented values that come nearest. */
    private record Fit(
            CatalogueEntry entry, Variant variant, double thresholdCallsPerSecond, double differencePercent) {}

    /**
     * Compares a measured threshold with the believed profile and with all of the catalogue.
     *
     * @param measuredCallsPerSecond above 0
     * @param portsPerCall above 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static Diagnosis of(double measuredCallsPerSecond, double portsPerCall, CatalogueEntry believed) {
        if (!(measuredCallsPerSecond > 0) || Double.isInfinite(measuredCallsPerSecond)) {
            throw new IllegalArgumentException(
                    "a measured threshold is above 0 calls/s, not " + measuredCallsPerSecond);
        }
        List<Fit> nearest = Stream.concat(
                        Stream.of(believed),
                        ProfileCatalogue.all().stream()
                                .filter(entry -> !entry.name().equals(believed.name())
                                        || entry.changes().size()
                                                < believed.changes().size()))
                .flatMap(entry -> nearest(measuredCallsPerSecond, portsPerCall, entry).stream())
                .sorted(Comparator.comparing((Fit fit) -> !fit.entry().family().equals(believed.family()))
                        .thenComparing(Fit::differencePercent))
                .toList();
        List<Fit> fits = nearest.stream()
                .filter(fit -> fit.differencePercent() <= FITS_WITHIN_PERCENT)
                .toList();
        Fit own = first(fits, entry -> entry.equals(believed));
        Fit without = first(fits, entry -> isWithoutSomeChanges(entry, believed));
        Finding finding;
        String rest;
        if (own != null) {
            finding = Finding.IN_FORCE;
            rest = " fits " + named(own) + inForce(believed.changes());
        } else if (without != null) {
            finding = Finding.CHANGE_NOT_IN_FORCE;
            rest = notInForce(without.entry(), believed);
        } else if (!fits.isEmpty()) {
            finding = Finding.OTHER_LIMITS;
            rest = " fits " + fits.stream().map(Diagnosis::named).collect(Collectors.joining(" or ")) + ", not "
                    + named(believed, portsPerCall) + ": other limits are in force";
        } else {
            finding = Finding.UNKNOWN_LIMITS;
            Fit next = nearest.stream()
                    .min(Comparator.comparing(Fit::differencePercent))
                    .orElseThrow();
            rest = " fits neither " + named(believed, portsPerCall) + " nor any other profile within "
                    + Math.round(FITS_WITHIN_PERCENT) + " %; " + named(next) + " comes nearest";
        }
        String sentence = "measured " + rate(measuredCallsPerSecond) + " calls/s" + rest;
        return new Diagnosis(finding, sentence);
    }

    /** Of the documented values the first that fit, else the nearest; none where no hold is documented. */
    private static List<Fit> nearest(double measured, double portsPerCall, CatalogueEntry entry) {
        List<Fit> fits = new ArrayList<>();
        for (Variant variant : entry.variants()) {
            OptionalDouble threshold = variant.thresholdCallsPerSecond(portsPerCall);
            if (threshold.isPresent()) {
                double expected = threshold.getAsDouble();
                fits.add(new Fit(entry, variant, expected, Math.abs(measured - expected) / expected * 100));
            }
        }
        return fits.stream()
                .filter(fit -> fit.differencePercent() <= FITS_WITHIN_PERCENT)
                .findFirst()
                .or(() -> fits.stream().min(Comparator.comparing(Fit::differencePercent)))
                .map(List::of)
                .orElse(List.of());
    }

    private static @Nullable Fit first(List<Fit> fits, Predicate<CatalogueEntry> which) {
        return fits.stream().filter(fit -> which.test(fit.entry())).findFirst().orElse(null);
    }

    private static boolean isWithoutSomeChanges(CatalogueEntry entry, CatalogueEntry believed) {
        return entry.family().equals(believed.family())
                && entry.changes().size() < believed.changes().size()
                && believed.changes().containsAll(entry.changes());
    }

    private static String inForce(List<PlatformSetting> changes) {
        if (changes.isEmpty()) {
            return ", as believed";
        }
        return ": " + settings(changes) + (changes.size() == 1 ? " is in force" : " are in force");
    }

    private static String notInForce(CatalogueEntry fit, CatalogueEntry believed) {
        List<PlatformSetting> missing = new ArrayList<>(believed.changes());
        missing.removeAll(fit.changes());
        Set<String> needs = missing.stream()
                .map(PlatformSetting::takesEffect)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return " fits " + (fit.changes().isEmpty() ? fit.name() + " defaults" : fit.name()) + ", not "
                + settings(missing) + ": "
                + (missing.size() == 1 ? "the change is not in force" : "the changes are not in force")
                + (needs.isEmpty() ? "" : " (" + String.join("; ", needs) + ")");
    }

    private static String settings(List<PlatformSetting> changes) {
        return changes.stream().map(PlatformSetting::setting).collect(Collectors.joining(" and "));
    }

    private static String named(Fit fit) {
        String holdsFor = fit.variant().holdsFor();
        return fit.entry().name() + " (" + rate(fit.thresholdCallsPerSecond())
                + (holdsFor.isEmpty() ? "" : ", as documented for " + holdsFor) + ")";
    }

    private static String named(CatalogueEntry entry, double portsPerCall) {
        OptionalDouble threshold = entry.thresholdCallsPerSecond(portsPerCall);
        return entry.name() + (threshold.isPresent() ? " (" + rate(threshold.getAsDouble()) + ")" : "");
    }

    /** Four digits are enough to tell one profile from another. */
    private static String rate(double callsPerSecond) {
        return String.format(Locale.ROOT, callsPerSecond < 1 ? "%.3f" : "%,.1f", callsPerSecond);
    }
}
