package io.ephemera.ports;

/**
 * The way of a connection.
 *
 * @param drawsFrom whose ports it draws from in a {@link PortPool}: its destination, or its local address where it is bound to one
 * @param client which of a gateway's clients makes it, from 0
 * @param remote its destination
 */
public record Route(RemoteEndpoint drawsFrom, int client, RemoteEndpoint remote) {

    /** From the only client, without a local address. */
    public static Route to(RemoteEndpoint remote) {
        return new Route(remote, 0, remote);
    }
}
