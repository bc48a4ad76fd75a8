package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the embedded stub listens.
 *
 * @param host name or address to listen on
 * @param ports TCP ports to try, in this order; 0 is any
 * @param calledHost under which calls reach it
 * @param warmUpHost host to which the calls go that warm up; the same as those of the run, or one whose TIME_WAITs do not matter
 *     to it
 * @param neverCloses whether the stub leaves each connection open for as long as the run lasts, so that the client's side stays
 *     in FIN_WAIT_2
 */
public record StubPlace(String host, List<Integer> ports, String calledHost, String warmUpHost, boolean neverCloses) {

    static final String LOOPBACK = "127.0.0.1";

    /** Ports just outside of a range, nearest first, that take no privilege. */
    static List<Integer> portsBeside(PortRange range, int tries) {
        return IntStream.rangeClosed(1, tries)
                .flatMap(distance -> IntStream.of(range.lastPort() + distance, range.firstPort() - distance))
                .filter(port -> port >= 1024 && port <= 65_535)
                .boxed()
                .toList();
    }

    /** Copies the list. */
    public StubPlace {
        ports = List.copyOf(ports);
    }
}
