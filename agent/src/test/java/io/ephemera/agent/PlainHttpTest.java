package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("HTTP clients without the hook")
class PlainHttpTest extends HttpContract {

    @Override
    Harness harness() {
        return new Harness.Plain();
    }
}
