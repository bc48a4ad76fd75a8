package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("Sockets under a pool")
class GovernedSocketTest extends SocketContract {

    @Override
    Harness harness() throws Exception {
        return GovernedHarness.overPorts(16);
    }
}
