package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.Figure;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Instances that call the same destination through one gateway, or each by itself where the platform has none.
 *
 * @param entry the platform
 * @param hold how long it keeps a port after a close
 * @param instances at least 1
 * @param addresses of the gateway, at least 1
 * @param givenPortsEach ports that are set for each instance; {@code null} for what the platform gives by default
 */
public record Fleet(
        CatalogueEntry entry,
        Duration hold,
        int instances,
        int addresses,
        @Nullable Integer givenPortsEach) {

    private static final Pattern BY_INSTANCES = Pattern.compile(".* ([\\d,]+) to ([\\d,]+) (?:instances|nodes)");

    /** @throws IllegalArgumentException if the platform can't give so many ports, or documents none; the message has the largest that fits */
    public Fleet {
        if (instances < 1 || addresses < 1) {
            throw new IllegalArgumentException(
                    "instances and addresses are at least 1, not " + instances + " and " + addresses);
        }
        figure(entry, "mostAddresses").ifPresent(most -> {
            if (addresses > number(most)) {
                throw new IllegalArgumentException(String.format(
                        Change.LOCALE, "%s has at most %,d addresses, not %,d", entry.name(), number(most), addresses));
            }
        });
        if (givenPortsEach != null) {
            requireFits(entry, instances, addresses, givenPortsEach);
        }
    }

    private static void requireFits(CatalogueEntry entry, int instances, int addresses, int ports) {
        Optional<Figure> ofAddress = figure(entry, "addressPorts");
        if (ofAddress.isEmpty()) {
            throw new IllegalArgumentException("how many ports an instance gets can't be set on " + entry.name());
        }
        long all = (long) addresses * number(ofAddress.get());
        if ((long) instances * ports > all) {
            throw new IllegalArgumentException(String.format(
                    Change.LOCALE,
                    "%,d x %,d = %,d ports, %s: at most %,d each",
                    instances,
                    ports,
                    (long) instances * ports,
                    addresses == 1
                            ? String.format(Change.LOCALE, "an address has %,d", all)
                            : String.format(Change.LOCALE, "%,d addresses have %,d", addresses, all),
                    stepDown(entry, (int) (all / instances))));
        }
        if (stepDown(entry, ports) != ports) {
            throw new IllegalArgumentException(String.format(
                    Change.LOCALE,
                    "%s takes a %s, like %,d",
                    entry.name(),
                    step(entry)
                            .filter(Figure.POWER_OF_TWO::equals)
                            .orElse("multiple of " + step(entry).orElse("")),
                    stepUp(entry, ports)));
        }
    }

    private static Optional<Figure> figure(CatalogueEntry entry, String key) {
        return Optional.ofNullable(entry.figures().get(key));
    }

    private static int number(Figure figure) {
        return Integer.parseInt(figure.value());
    }

    private static Optional<String> step(CatalogueEntry entry) {
        return figure(entry, "portsStep").map(Figure::value);
    }

    private static int stepDown(CatalogueEntry entry, int ports) {
        Optional<String> step = step(entry);
        if (step.isEmpty()) {
            return ports;
        }
        return step.get().equals(Figure.POWER_OF_TWO)
                ? Integer.highestOneBit(ports)
                : ports / Integer.parseInt(step.get()) * Integer.parseInt(step.get());
    }

    private static int stepUp(CatalogueEntry entry, int ports) {
        int down = stepDown(entry, ports);
        if (down == ports) {
            return ports;
        }
        return step(entry).orElseThrow().equals(Figure.POWER_OF_TWO)
                ? Math.max(1, down * 2)
                : down + Integer.parseInt(step(entry).orElseThrow());
    }

    /** So many ports as the platform's setting can be set to, at least. */
    public int stepUp(int ports) {
        return stepUp(entry, ports);
    }

    /** So many ports as the platform's setting can be set to, at most. */
    public int stepDown(int ports) {
        return stepDown(entry, ports);
    }

    /**
     * Whether the instances share the gateway's ports, whoever needs them; else each has its own.
     *
     * @throws IllegalArgumentException if the platform doesn't say
     */
    public boolean isShared() {
        if (!entry.figures().containsKey("snatPorts")) {
            return false;
        }
        return figure("portsOf")
                .orElseThrow(() -> new IllegalArgumentException(
                        "portsOf is missing in " + entry.name() + ": are its ports those of an instance or an address"))
                .value()
                .equals("address");
    }

    /** A figure of the platform. */
    public Optional<Figure> figure(String key) {
        return figure(entry, key);
    }

    /** Ports of an address that are dealt out among the instances; empty where they are not. */
    public OptionalInt addressPorts() {
        return figure("addressPorts")
                .map(figure -> OptionalInt.of(number(figure)))
                .orElse(OptionalInt.empty());
    }

    /**
     * Ports that an instance has if nobody sets them: by the number of instances where that is how they are given.
     *
     * @throws IllegalArgumentException if none are documented for so many
     */
    public int defaultPortsEach() {
        Figure ports = entry.figures().get("snatPorts");
        if (ports == null || !BY_INSTANCES.matcher(holdsFor(ports)).matches()) {
            return entry.ports();
        }
        for (Figure each : ports.documented()) {
            Matcher span = BY_INSTANCES.matcher(holdsFor(each));
            if (span.matches() && instances >= plain(span.group(1)) && instances <= plain(span.group(2))) {
                return number(each);
            }
        }
        throw new IllegalArgumentException(String.format(
                Change.LOCALE, "%s documents no ports by default for %,d instances", entry.name(), instances));
    }

    private static String holdsFor(Figure figure) {
        return Objects.requireNonNullElse(figure.holdsFor(), "");
    }

    private static int plain(String number) {
        return Integer.parseInt(number.replace(",", ""));
    }

    /** Ports that an instance has; where they are shared all that there are. */
    public int portsEach() {
        if (isShared()) {
            return (int) Math.min(Integer.MAX_VALUE, (long) entry.ports() * addresses);
        }
        return givenPortsEach == null ? defaultPortsEach() : givenPortsEach;
    }

    /** The most ports that each instance can be given of these addresses, whatever the setting's steps; empty where none can be set. */
    public OptionalInt mostPortsEach() {
        OptionalInt ofAddress = addressPorts();
        return ofAddress.isEmpty()
                ? ofAddress
                : OptionalInt.of((int) ((long) addresses * ofAddress.getAsInt() / instances));
    }

    /** How many instances the addresses have ports for, so many each; empty where that has no bound. */
    public OptionalInt mostInstances() {
        OptionalInt ofAddress = addressPorts();
        return ofAddress.isEmpty()
                ? ofAddress
                : OptionalInt.of((int) ((long) addresses * ofAddress.getAsInt() / portsEach()));
    }

    /** Addresses that so many ports for each instance take. */
    int addressesFor(int ports) {
        return (int) (((long) instances * ports + addressPorts().orElseThrow() - 1)
                / addressPorts().orElseThrow());
    }
}
