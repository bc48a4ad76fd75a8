package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

/** What Gatling, pool and target have counted of a run whose connections the client closes, to the unit. */
final class Agreement {

    private Agreement() {}

    /** Legs between Gatling and the target, and who closed. */
    static void ofTarget(JsonNode result) {
        JsonNode server = result.at("/counts/server");
        assertEquals(result.at("/calls/ok").asLong(), server.at("/responses").asLong(), "calls");
        assertEquals(
                result.at("/calls/challengedLegs").asLong(),
                server.at("/challenges").asLong(),
                "challenged legs");
        assertEquals(0, server.at("/closedByServerFirst").asLong(), "closed by the server");
        assertEquals(0, result.at("/calls/otherFailures").asLong(), "other failures");
    }

    /** The same, and connections and who closed between pool and target. */
    static void ofPool(JsonNode result) {
        ofTarget(result);
        JsonNode server = result.at("/counts/server");
        JsonNode pool = result.at("/counts/pool");
        assertEquals(pool.at("/connected").asLong(), server.at("/accepted").asLong(), "connections");
        assertEquals(
                pool.at("/activeClose").asLong(),
                server.at("/closedByClientFirst").asLong(),
                "closed by the client");
        assertEquals(0, pool.at("/passiveClose").asLong(), "closed by the server, as the pool saw it");
    }
}
