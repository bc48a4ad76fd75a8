package io.ephemera.cli.doctor;

import java.net.InetSocketAddress;

/**
 * What {@code doctor --probe} finds, for others.
 *
 * @param isExhausted whether the connect failed for want of a local port
 * @param words what became of it
 */
public record OneProbe(boolean isExhausted, String words) {

    /** Connects once. */
    public static OneProbe of(InetSocketAddress endpoint) {
        Probe probe = Probe.of(
                InetSocketAddress.createUnresolved(endpoint.getAddress().getHostAddress(), endpoint.getPort()));
        return new OneProbe(probe.outcome() == Probe.Outcome.EXHAUSTED, probe.words());
    }
}
