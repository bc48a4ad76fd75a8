package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("Sockets under a pool")
class UnderPoolTest extends SocketContract {

    @Override
    Harness newHarness() throws Exception {
        return PooledHarness.overPorts(16);
    }
}
