package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("HTTP clients under a pool")
class PooledHttpTest extends HttpContract {

    @Override
    Harness harness() throws Exception {
        return PooledHarness.overPorts(16);
    }
}
