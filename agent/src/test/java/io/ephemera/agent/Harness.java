package io.ephemera.agent;

import io.ephemera.ports.Release;
import java.io.IOException;
import java.net.InetSocketAddress;

/** What a contract runs under: the plain system, or a pool. Only the pool's has anything to count. */
interface Harness extends AutoCloseable {

    /** Puts the connections to a destination under the pool from now on. */
    InetSocketAddress govern(InetSocketAddress destination);

    /** A port that a client may bind to. */
    int givenPort() throws IOException;

    /** Waits until no lease is live, and holds what has ended since the last call against what should have. */
    void ended(Release... releases);

    /** Waits until no lease is live, and expects one to have ended, in either way. */
    void endedOneOf(Release one, Release other);

    /** Waits until no lease is live, and expects one or more to have ended, all in this way. */
    void endedOnly(Release release);

    /** Waits until so many leases are live. */
    void live(int leases);

    /** Holds a refused bind to a given port against the platform's wording. */
    void refusedGivenPort(Throwable refusal);

    /** All leases have ended, and the hook has met no fault. */
    @Override
    void close();

    /** The system as it is. */
    final class Plain implements Harness {

        @Override
        public InetSocketAddress govern(InetSocketAddress destination) {
            return destination;
        }

        @Override
        public int givenPort() throws IOException {
            return Peer.Listener.none(Addresses.IPV4).getPort();
        }

        @Override
        public void ended(Release... releases) {}

        @Override
        public void endedOneOf(Release one, Release other) {}

        @Override
        public void endedOnly(Release release) {}

        @Override
        public void live(int leases) {}

        @Override
        public void refusedGivenPort(Throwable refusal) {}

        @Override
        public void close() {}
    }
}
