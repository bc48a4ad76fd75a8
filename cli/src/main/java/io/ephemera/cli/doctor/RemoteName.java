package io.ephemera.cli.doctor;

import java.net.InetSocketAddress;

/** Endpoints as people write them. */
final class RemoteName {

    private RemoteName() {}

    static String of(InetSocketAddress endpoint) {
        String address = endpoint.getAddress().getHostAddress();
        return (address.contains(":") ? "[" + address.replace("0:0:0:0:0:0:0:1", "::1") + "]" : address) + ":"
                + endpoint.getPort();
    }
}
