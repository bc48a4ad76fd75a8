package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("Sockets under a pool")
class PooledSocketTest extends SocketContract {

    @Override
    Harness harness() throws Exception {
        return PooledHarness.overPorts(16);
    }
}
