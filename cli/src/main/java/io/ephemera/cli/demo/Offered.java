package io.ephemera.cli.demo;

import org.jspecify.annotations.Nullable;

/**
 * What became of calls that were offered at one rate. All times are modelled.
 *
 * @param callsPerSecond offered
 * @param seconds for how long so far
 * @param ok complete 200s
 * @param refused calls refused for want of a port
 * @param otherFailures every other failure
 * @param firstRefusalSeconds when the first was refused, from the first call; {@code null} if none was
 * @param refusal the exception of the first, as a stack trace begins; {@code null} if none was
 * @param connections connections that were made
 * @param timeWait ports in TIME_WAIT at the end
 * @param ports ports that can be had: those of the range that no other process holds
 */
record Offered(
        double callsPerSecond,
        double seconds,
        long ok,
        long refused,
        long otherFailures,
        @Nullable Double firstRefusalSeconds,
        @Nullable String refusal,
        long connections,
        int timeWait,
        int ports) {

    /** Whether every call came back with a 200. */
    boolean allOk() {
        return refused == 0 && otherFailures == 0;
    }
}
