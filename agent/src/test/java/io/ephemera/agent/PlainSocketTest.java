package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("without-hook")
@DisplayName("Sockets without the hook")
class PlainSocketTest extends SocketContract {

    @Override
    Harness harness() {
        return Harness.plain();
    }
}
