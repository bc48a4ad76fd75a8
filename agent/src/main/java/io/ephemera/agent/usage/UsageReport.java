package io.ephemera.agent.usage;

import io.ephemera.agent.LeaseCounts;
import io.ephemera.ports.PoolSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the ports were used, at an instant.
 *
 * @param elapsedSeconds modelled seconds since the start
 * @param pool the state of the pool
 * @param peakTimeWait the most ports that have been in TIME_WAIT at once
 * @param counts what has become of the connections
 * @param destinations those connected to, the busiest first
 * @param openers who opens connections, and where to
 * @param firstExhaustion the first refusal; {@code null} if there was none
 * @param outlook what the ports allow
 */
public record UsageReport(
        double elapsedSeconds,
        PoolSnapshot pool,
        int peakTimeWait,
        LeaseCounts counts,
        List<Destination> destinations,
        Openers openers,
        @Nullable FirstRefusal firstExhaustion,
        Outlook outlook) {

    /** Copies the list. */
    public UsageReport {
        destinations = List.copyOf(destinations);
    }

    /**
     * One remote endpoint.
     *
     * @param name host and port, the host as the application named it
     * @param uses what has become of the connections to it
     * @param peakLive the most that have been open at once: a pool of connections of that size would do
     * @param timeWait its ports in TIME_WAIT now
     * @param peakTimeWait the most there have been at once
     * @param requests what was asked of it
     */
    public record Destination(
            String name, Uses uses, int peakLive, int timeWait, int peakTimeWait, Requests requests) {}

    /**
     * Requests that have been sent to one destination, where they can be seen: plain-text HTTP/1 and nothing else.
     *
     * @param number requests
     * @param connections connections over which they were sent; 0 where it is not known
     */
    public record Requests(long number, long connections) {

        /** Not known. */
        public static final Requests UNKNOWN = new Requests(0, 0);

        /** Whether it is known. */
        public boolean isKnown() {
            return connections > 0;
        }

        /** Requests a connection, 1 or more. */
        public double perConnection() {
            return (double) number / connections;
        }
    }

    /**
     * One method that opens connections to one destination.
     *
     * @param site the method
     * @param destination where to
     * @param uses what has become of its connections
     * @param leaksPerSecond connections that it opens each modelled second, where it has never closed one; 0 where it has
     * @param stack the stack of its first connect that was looked at, innermost frame first
     */
    public record Opener(CallSite site, String destination, Uses uses, double leaksPerSecond, List<String> stack) {

        /** Copies the stack. */
        public Opener {
            stack = List.copyOf(stack);
        }

        @Override
        public String toString() {
            return site + " -> " + destination;
        }
    }

    /**
     * Who opens connections.
     *
     * @param rows the one that burned the most ports first
     * @param sampled whether their figures are estimates, from a sample of many connections
     */
    public record Openers(List<Opener> rows, boolean sampled) {

        /** Copies the list. */
        public Openers {
            rows = List.copyOf(rows);
        }

        /** Who burned the most ports; empty if none has burned any. */
        public Optional<Opener> top() {
            return rows.stream().filter(opener -> opener.uses().burned() > 0).findFirst();
        }

        /** Who opens what is never closed, the most of it first; empty if nobody does. */
        public Optional<Opener> leak() {
            return rows.stream()
                    .filter(opener -> opener.leaksPerSecond() > 0)
                    .max(Comparator.comparingDouble(Opener::leaksPerSecond));
        }

        /** The share of all burned ports that an opener has burned, 0 to 1. */
        public double burnedShare(Opener opener) {
            long all = rows.stream().mapToLong(each -> each.uses().burned()).sum();
            return all <= 0 ? 0 : (double) opener.uses().burned() / all;
        }
    }

    /**
     * The first connect that was refused with no free port.
     *
     * @param afterSeconds modelled seconds since the start
     * @param destination where it wanted to go; {@code null} for a bind to port 0
     * @param pool the state of the pool then
     * @param thread the thread that saw the exception
     * @param stack its stack, innermost frame first
     * @param request what the connection was for, where a load tool says so; {@code null} if nothing was said
     */
    public record FirstRefusal(
            double afterSeconds,
            @Nullable String destination,
            PoolSnapshot pool,
            String thread,
            List<String> stack,
            @Nullable String request) {

        /** Copies the stack. */
        public FirstRefusal {
            stack = List.copyOf(stack);
        }
    }

    /**
     * What the ports allow.
     *
     * @param present at the present rate, over about ten seconds of the wall clock
     * @param busiest at the highest such rate so far
     * @param closeWait connections in CLOSE_WAIT now: the peer has closed them, and this side has not
     */
    public record Outlook(UsageForecast present, UsageForecast busiest, int closeWait) {}
}
