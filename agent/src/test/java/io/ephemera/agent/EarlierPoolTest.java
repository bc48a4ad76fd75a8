package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
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

    private static Stream<Arguments> clientsAndScopes() {
        return Stream.of(Client.values())
                .flatMap(client -> Stream.of(Scope.values()).map(scope -> Arguments.of(client, scope)));
    }

    @ParameterizedTest(name = "is passed over until it has ended, even where it could be bound again: {0}, {1}")
    @MethodSource("clientsAndScopes")
    void passedOver(Client client, Scope scope) throws Exception {
        PortRange range = UnusedPorts.inARow(2);
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            PooledHarness earlier = new PooledHarness(new PortRange(range.firstPort(), range.firstPort()), scope);
            // The system's TIME_WAIT of this one is why the port is bound again with SO_REUSEADDR.
            Ending.CLIENT_CLOSES.play(new Harness.Pair(earlier.connect(client, listener), listener.accept()));
            earlier.ended(Release.ACTIVE_CLOSE);
            earlier.pass(PooledHarness.TIME_WAIT);
            Harness.Pair kept = new Harness.Pair(earlier.connect(client, listener), listener.accept());
            assertEquals(range.firstPort(), kept.client().localPort());
            earlier.enforced().close();

            try (PooledHarness later = new PooledHarness(range, scope)) {
                assertEquals(range.lastPort(), later.connect(client, listener).localPort());
                assertEquals(1, later.counts().heldElsewhere());
                assertEquals(0, later.counts().ended(Release.FAILED_CONNECT));
                assertEquals(1, later.counts().leases());
            }
            Ending.CLIENT_CLOSES.play(kept);
            earlier.ended(Release.ACTIVE_CLOSE);
            earlier.close();
            try (PooledHarness last = new PooledHarness(range, scope)) {
                assertEquals(range.firstPort(), last.connect(client, listener).localPort());
                assertEquals(0, last.counts().heldElsewhere());
            }
        }
    }
}
