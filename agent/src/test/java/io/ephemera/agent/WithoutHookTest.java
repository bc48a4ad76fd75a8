package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("without-hook")
@DisplayName("Sockets without the hook")
class WithoutHookTest extends SocketContract {

    @Override
    Harness newHarness() {
        return Harness.plain();
    }
}
