package io.ephemera.agent;

import org.junit.jupiter.api.DisplayName;

@DisplayName("Sockets without the hook")
class PlainSocketTest extends SocketContract {

    @Override
    Harness harness() {
        return new Harness.Plain();
    }
}
