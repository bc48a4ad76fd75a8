package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("A listener")
class LeaseListenerTest {

    private final PortRange two = TestPorts.unused(2);
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AutoClose
    private final EnforcedPool enforced = PortHook.install()
            .enforce(
                    new Limits(
                            new PortPool(
                                    two, PooledHarness.TIME_WAIT.toNanos(), Scope.GLOBAL, SelectionOrder.sequential()),
                            System::nanoTime,
                            remote -> true,
                            "no port",
                            "no port"),
                    new LeaseListener() {
                        @Override
                        public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
                            told.add("leased");
                            return (how, heldNanos) -> told.add(how.toString());
                        }

                        @Override
                        public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
                            told.add(remote == null ? "refused a bind" : "refused");
                            throw new IllegalStateException("a listener that fails");
                        }
                    });

    LeaseListenerTest() throws HookUnavailableException {}

    private void tells(String... expected) {
        Await.until(() -> told.size() >= expected.length);
        assertEquals(List.of(expected), told);
    }

    @OverEachClient
    @DisplayName("is told of a connection when it connects and when it ends, once each")
    void connection(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            try (TestConnection connection = client.open()) {
                connection.connect(listener.address());
                tells("leased");
            }
            tells("leased", "ACTIVE_CLOSE");
        }
    }

    @OverEachClient
    @DisplayName("is told of a socket that was bound before when it connects, and never of one that does not")
    void boundBefore(Client client) throws Exception {
        try (TestConnection unused = client.open()) {
            unused.bind(new InetSocketAddress(Addresses.IPV4, 0));
        }
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            try (TestConnection connection = client.open()) {
                connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
                assertEquals(List.of(), told);
                connection.connect(listener.address());
                tells("leased");
            }
            tells("leased", "ACTIVE_CLOSE");
        }
    }

    @Test
    @DisplayName("is told of a connect that nobody answers as one that did not come about")
    void failedConnect() throws Exception {
        InetSocketAddress nobody = Peer.Listener.none(Addresses.IPV4);
        try (TestConnection connection = Client.SOCKET.open()) {
            assertThrows(ConnectException.class, () -> connection.connect(nobody));
        }
        tells("leased", "FAILED_CONNECT");
    }

    @Test
    @DisplayName("is told of refusals, and the application sees its own exception whatever the listener does")
    void refused() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                TestConnection first = Client.SOCKET.open();
                TestConnection second = Client.SOCKET.open();
                TestConnection third = Client.SOCKET.open()) {
            first.connect(listener.address());
            second.connect(listener.address());
            BindException refusal = assertThrows(BindException.class, () -> third.connect(listener.address()));
            assertEquals("no port", refusal.getMessage());
            try (TestConnection fourth = Client.SOCKET.open()) {
                assertThrows(BindException.class, () -> fourth.bind(new InetSocketAddress(Addresses.IPV4, 0)));
            }
            assertEquals(List.of("leased", "leased", "refused", "refused a bind"), told);
            // Kept, for whoever asks whether the counts can be trusted.
            assertNotNull(enforced.firstFault());
        }
    }
}
