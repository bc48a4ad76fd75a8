package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("HTTP clients under a pool")
class GovernedHttpTest extends HttpContract {

    @Override
    Harness harness() throws Exception {
        return GovernedHarness.overPorts(16);
    }
}
