package io.ephemera.ports.plan;

import java.util.Locale;

/**
 * A change under which no call of a planned load is refused.
 *
 * @param kind what is changed
 * @param name the setting as an administrator knows it, or the kind in words
 * @param value how much: calls/s that are then safe for a setting, calls for each connection, times as long, workers, ports a call
 *     or destinations, as {@code kind} says
 * @param sentence the change in one sentence
 */
public record Change(Kind kind, String name, double value, String sentence) {

    /** Of the sentences; its figures are the root locale's, whose symbols a JVM would load from files first: a tenth of a plan. */
    static final Locale LOCALE = Locale.US;

    /** What is changed, and what the value of the change is. */
    public enum Kind {
        /** One documented setting of the platform; the value is the highest safe rate after it, in calls/s. */
        SETTING,
        /** Two of them together; the value is the highest safe rate after them, in calls/s. */
        SETTINGS,
        /** Calls of fewer new connections, such as logins sent at once; the value is the ports per call. */
        FEWER_PORTS_PER_CALL,
        /** Connections kept and used again; the value is the calls that each must serve at least. */
        REUSE_CONNECTIONS,
        /** More destinations, where the scope is per destination; the value is their number. */
        MORE_DESTINATIONS,
        /** The same calls spread over more time; the value is how many times as long. */
        PACING,
        /** Fewer workers of a closed loop; the value is their number. */
        FEWER_WORKERS,
        /** More ports for each instance of a fleet, of the addresses that there are; the value is their number. */
        MORE_PORTS_EACH,
        /** More addresses of a gateway; the value is their number. */
        MORE_ADDRESSES,
        /** A way to the destination that does not lead through the gateway; the value is 0. */
        PRIVATE_ENDPOINT
    }
}
