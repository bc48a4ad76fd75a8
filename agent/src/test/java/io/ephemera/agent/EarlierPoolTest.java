package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that are kept outlive the pool they were leased from, as those of a warm-up do. */
@Timeout(60)
@DisplayName("A port with a live connection of an earlier pool")
class EarlierPoolTest {

    private static final long NO_TIME_WAIT_NANOS = 1;

    private static EnforcedPool enforce(PortHook hook, PortRange range, Scope scope, Peer.Listener listener) {
        int port = listener.address().getPort();
        return hook.enforce(new Limits(
                new PortPool(range, NO_TIME_WAIT_NANOS, scope, SelectionOrder.sequential()),
                System::nanoTime,
                remote -> remote.port() == port,
                "no port",
                "no port"));
    }

    private static Stream<Arguments> clientsAndScopes() {
        return Stream.of(Client.values())
                .flatMap(client -> Stream.of(Scope.values()).map(scope -> Arguments.of(client, scope)));
    }

    @ParameterizedTest(name = "is passed over until it has ended, even where it could be bound again: {0}, {1}")
    @MethodSource("clientsAndScopes")
    @SuppressWarnings("try") // Who closes first, and when, is what this is about.
    void passedOver(Client client, Scope scope) throws Exception {
        PortHook hook = PortHook.install();
        PortRange range = TestPorts.unused(2);
        PortRange first = new PortRange(range.firstPort(), range.firstPort());
        Peer peerOfKept;
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                TestConnection kept = client.open()) {
            try (EnforcedPool earlier = enforce(hook, first, scope, listener)) {
                // The system's TIME_WAIT of this one is why the port is bound again with SO_REUSEADDR.
                try (TestConnection closed = client.open()) {
                    closed.connect(listener.address());
                    Peer peer = listener.accept();
                    closed.close();
                    assertTrue(peer.seesFin());
                    peer.close();
                }
                Await.until(() -> earlier.counts().ended(Release.ACTIVE_CLOSE) == 1);
                kept.connect(listener.address());
                peerOfKept = listener.accept();
                assertEquals(first.firstPort(), kept.localPort());
            }
            try (EnforcedPool later = enforce(hook, range, scope, listener);
                    TestConnection next = client.open()) {
                next.connect(listener.address());
                assertEquals(range.lastPort(), next.localPort());
                assertEquals(1, later.counts().heldElsewhere());
                assertEquals(0, later.counts().ended(Release.FAILED_CONNECT));
                assertEquals(1, later.counts().leases());
            }
            kept.close();
            assertTrue(peerOfKept.seesFin());
            peerOfKept.close();
            // Netty gives its descriptors back when its selector next looks.
            Await.until(() -> hook.localPorts().stream().noneMatch(range::contains));
            try (EnforcedPool last = enforce(hook, range, scope, listener);
                    TestConnection next = client.open()) {
                next.connect(listener.address());
                assertEquals(first.firstPort(), next.localPort());
                assertEquals(0, last.counts().heldElsewhere());
            }
        }
    }
}
