package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("without-hook")
@DisplayName("HTTP clients without the hook")
class PlainHttpTest extends HttpContract {

    @Override
    Harness harness() {
        return Harness.plain();
    }
}
