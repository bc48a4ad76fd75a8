package io.ephemera.simulations;

import io.gatling.javaapi.http.HttpProtocolBuilder;

/**
 * Has the client close first at a foreign target. A request that says {@code Connection: close} has the server close first, and
 * then TIME_WAIT is the server's. Gatling decides to close when it reads that header of the request; taking the header away
 * after that, where requests are signed, keeps it from the server.
 */
final class ClientCloses {

    private ClientCloses() {}

    static HttpProtocolBuilder first(HttpProtocolBuilder protocol) {
        return protocol.header("Connection", "close").sign((request, session) -> {
            request.getHeaders().remove("Connection");
            return request;
        });
    }
}
