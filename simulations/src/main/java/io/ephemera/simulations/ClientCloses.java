package io.ephemera.simulations;

import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * Has the client close first at a foreign target. A request that says {@code Connection: close} has the server close first, and
 * then TIME_WAIT is the server's. Gatling decides to close when it reads that header of the request; taking the header away
 * after that, where requests are signed, keeps it from the server.
 */
final class ClientCloses {

    private ClientCloses() {}

    /** The request, after whose response the client closes first. */
    static HttpRequestActionBuilder first(HttpRequestActionBuilder request) {
        return request.header("Connection", "close").sign((signed, session) -> {
            signed.getHeaders().remove("Connection");
            return signed;
        });
    }
}
