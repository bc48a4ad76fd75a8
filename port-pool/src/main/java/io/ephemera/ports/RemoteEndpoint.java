package io.ephemera.ports;

import java.net.InetAddress;

/**
 * The far end of a connection.
 *
 * @param address remote IP address
 * @param port remote port, 0 to 65535
 */
public record RemoteEndpoint(InetAddress address, int port) {

    @Override
    public String toString() {
        String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
