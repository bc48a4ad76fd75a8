package io.ephemera.agent.usage;

import io.ephemera.agent.LeaseCounts;
import io.ephemera.ports.PoolSnapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the ports were used, at an instant.
 *
 * @param elapsedSeconds modelled seconds since the start
 * @param pool the state of the pool
 * @param counts what has become of the connections
 * @param peakTimeWait the most ports that have been in TIME_WAIT at once
 * @param destinations those connected to, the busiest first
 * @param openers who opens connections, and where to, the one that burned the most ports first; sampled, so estimates once
 *     there are many
 * @param sampled whether the openers' figures are estimates
 * @param firstExhaustion the first refusal; {@code null} if there was none
 * @param present what the ports allow at the present rate, over about ten seconds of the wall clock
 * @param busiest the same at the highest such rate so far
 */
public record UsageReport(
        double elapsedSeconds,
        PoolSnapshot pool,
        LeaseCounts counts,
        int peakTimeWait,
        List<Destination> destinations,
        List<Opener> openers,
        boolean sampled,
        @Nullable FirstExhaustion firstExhaustion,
        Forecast present,
        Forecast busiest) {

    /** Copies the lists. */
    public UsageReport {
        destinations = List.copyOf(destinations);
        openers = List.copyOf(openers);
    }

    /**
     * One remote endpoint.
     *
     * @param name host and port, the host as the application named it
     * @param uses what has become of the connections to it
     * @param timeWait its ports in TIME_WAIT now
     * @param peakTimeWait the most there have been at once
     */
    public record Destination(String name, Uses uses, int timeWait, int peakTimeWait) {}

    /**
     * One method that opens connections to one destination.
     *
     * @param site the method
     * @param destination where to
     * @param uses what has become of its connections
     * @param stack the stack of its first connect that was looked at, innermost frame first
     */
    public record Opener(CallSite site, String destination, Uses uses, List<String> stack) {

        /** Copies the stack. */
        public Opener {
            stack = List.copyOf(stack);
        }

        @Override
        public String toString() {
            return site + " -> " + destination;
        }
    }

    /** Who burned the most ports. */
    public Optional<Opener> topOpener() {
        return openers.stream().filter(opener -> opener.uses().burned() > 0).findFirst();
    }

    /** The share of all burned ports that an opener has burned, 0 to 1. */
    public double burnedShare(Opener opener) {
        long all = openers.stream().mapToLong(each -> each.uses().burned()).sum();
        return all <= 0 ? 0 : (double) opener.uses().burned() / all;
    }
}
