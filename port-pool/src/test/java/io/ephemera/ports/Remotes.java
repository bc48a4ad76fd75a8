package io.ephemera.ports;

import java.net.InetAddress;

/** Far ends for the tests. */
final class Remotes {

    static final RemoteEndpoint ONE = at(8080);
    static final RemoteEndpoint OTHER = at(8081);

    private Remotes() {}

    static RemoteEndpoint at(int port) {
        return new RemoteEndpoint(InetAddress.getLoopbackAddress(), port);
    }
}
