package io.ephemera.simulations.settings;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.bind.InterlockedDelegate;
import io.ephemera.ports.bind.RoundRobinDelegate;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Remedy.Aspect;
import io.ephemera.simulations.load.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The remedies among the settings, what they make of the limits, and what does not go with them.
 *
 * @param mostTimeWait ports that are in TIME_WAIT at once at most; {@code null}: as many as there are
 */
record RemedySettings(
        GivenSettings given,
        List<Remedy> remedies,
        @Nullable Integer mostTimeWait) {

    /** With fewer ports nobody would see much before the counter runs away. */
    private static final int LEAST_PORTS_TO_RUN_AWAY = 100;

    /** Names of Linux's own settings begin with it. */
    private static final String SYSCTL = "net.ipv4.";

    static RemedySettings read(GivenSettings given, StackName stack) throws BadSettingException {
        List<Remedy> remedies = given.value(Setting.REMEDY, Remedy::parse);
        RemedySettings read = new RemedySettings(
                given, remedies == null ? List.of() : remedies, given.value(Setting.REMEDY, Remedy::mostTimeWait));
        read.check(stack);
        return read;
    }

    private void check(StackName stack) throws BadSettingException {
        for (Remedy remedy : remedies) {
            if (!stack.remedies().contains(remedy)) {
                throw refused(
                        remedy, "stack " + stack + " can't have it; it can have " + Remedy.names(stack.remedies()));
            }
            if (bindsItself(remedy)) {
                given.refuse(Set.of(Setting.ORDER), "with " + remedy + " the program chooses ports; leave one out");
            } else {
                refuseOverridden(remedy, Aspect.PORTS, Setting.PORTS);
            }
            refuseOverridden(remedy, Aspect.TIME_WAIT, Setting.TIME_WAIT);
        }
        if (remedies.contains(Remedy.BIND_BUGGY)) {
            given.refuse(
                    List.of(Setting.RATES, Setting.DURATION, Setting.REQUIRE, Setting.TARGET),
                    "a run with " + Remedy.BIND_BUGGY
                            + " brings its own load, against the embedded stub; leave it out");
        }
    }

    private static boolean bindsItself(Remedy remedy) {
        return remedy == Remedy.BIND_CORRECT || remedy == Remedy.BIND_BUGGY;
    }

    private void refuseOverridden(Remedy remedy, Aspect aspect, Setting setting) throws BadSettingException {
        if (remedy.aspect() == aspect && given.has(setting)) {
            throw refused(remedy, setting.key() + " says what it is to change; leave one out");
        }
    }

    private static BadSettingException refused(Remedy remedy, String why) {
        return new BadSettingException(Setting.REMEDY, remedy.toString(), why);
    }

    /** @param addresses as they were given; {@code null} if they were not */
    Spread spread(@Nullable Integer addresses) throws BadSettingException {
        boolean several = remedies.contains(Remedy.SEVERAL_SOURCES) || remedies.contains(Remedy.SEVERAL_DESTINATIONS);
        if (!several) {
            given.refuse(
                    Set.of(Setting.ADDRESSES),
                    "it goes with the remedies several-sources and several-destinations only; leave it out, or give one");
            return Spread.NONE;
        }
        String names = Remedy.names(Set.copyOf(remedies));
        if (remedies.stream().anyMatch(RemedySettings::bindsItself)) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    names,
                    "a port that the program binds is taken for every address; give one of the two");
        }
        if (given.has(Setting.TARGET)) {
            throw new BadSettingException(
                    Setting.REMEDY,
                    names,
                    "several addresses are those of the embedded stub; leave ephemera.target out");
        }
        return Spread.of(remedies, addresses == null ? Spread.DEFAULT_ADDRESSES : addresses);
    }

    /** The profile with those of the remedies in force that are changes of its limits. */
    Profile changed(Profile profile) throws BadSettingException {
        List<Profile.ProfileRemedy> changes = new ArrayList<>();
        for (Remedy remedy : remedies) {
            String name = remedy.profileRemedy();
            if (name != null) {
                changes.add(profile.remedies().stream()
                        .filter(change -> change.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> hasNo(profile, remedy, name)));
            }
        }
        if (mostTimeWait != null
                && profile.remedies().stream().noneMatch(change -> change.name().startsWith(SYSCTL))) {
            throw hasNo(profile, Remedy.TCP_MAX_TW_BUCKETS, SYSCTL + Remedy.TCP_MAX_TW_BUCKETS);
        }
        Profile changed = profile.with(changes);
        for (Remedy remedy : remedies) {
            if (bindsItself(remedy)) {
                String source = ProfileCatalogue.find("windows-2003-bindipendpoint")
                        .sources()
                        .getOrDefault("ports", "");
                changed = changed.with(List.of(new Profile.ProfileRemedy(
                        remedy.toString(), RoundRobinDelegate.SAMPLE, changed.timeWait(), source)));
            }
        }
        return changed;
    }

    private static BadSettingException hasNo(Profile profile, Remedy remedy, String name) {
        String names =
                profile.remedies().stream().map(Profile.ProfileRemedy::name).collect(Collectors.joining(", "));
        return refused(
                remedy,
                "profile " + profile.name() + " has no " + name
                        + (names.isEmpty() ? " and no other setting" : "; it has " + names));
    }

    /** @param range the ports, overridden or not */
    void checkRange(PortRange range) throws BadSettingException {
        if (remedies.contains(Remedy.BIND_BUGGY)
                && (range.lastPort() != InterlockedDelegate.LAST || range.size() < LEAST_PORTS_TO_RUN_AWAY)) {
            throw new BadSettingException(
                    Setting.PORTS,
                    range.toString(),
                    "the counter of " + Remedy.BIND_BUGGY + " is compared with " + InterlockedDelegate.LAST
                            + "; give a range of at least " + LEAST_PORTS_TO_RUN_AWAY
                            + " ports that ends there, like 64535-65534");
        }
    }
}
