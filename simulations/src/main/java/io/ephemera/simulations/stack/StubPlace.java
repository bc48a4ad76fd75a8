package io.ephemera.simulations.stack;

import java.util.List;

/**
 * Where the embedded stub listens.
 *
 * @param host name or address to listen on
 * @param ports TCP ports to try, in this order; 0 is any
 * @param warmUpHost host to which the calls go that warm up; the same as those of the run, or one whose TIME_WAITs do not matter
 *     to it
 * @param neverCloses whether the stub leaves each connection open for as long as the run lasts, so that the client's side stays
 *     in FIN_WAIT_2
 */
public record StubPlace(String host, List<Integer> ports, String warmUpHost, boolean neverCloses) {

    static final String LOOPBACK = "127.0.0.1";

    /** Copies the list. */
    public StubPlace {
        ports = List.copyOf(ports);
    }
}
