package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.Release;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every HTTP client sees, whether the hook is there or not: the subclasses differ in the harness only. */
@Timeout(60)
abstract class HttpContract {

    private static final String EACH = "over {0}";

    private Harness harness = new Harness();

    abstract Harness harness() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        harness = harness();
    }

    @AfterEach
    void end() throws Exception {
        harness.close();
    }

    private HttpStub stub(InetAddress address, boolean closesFirst) throws IOException {
        HttpStub stub = harness.closing(HttpStub.start(address, closesFirst));
        harness.govern(stub.listener().address());
        return stub;
    }

    @ParameterizedTest(name = EACH)
    @EnumSource
    @DisplayName("A call whose connection the server closes")
    void serverCloses(HttpTestClient client) throws Exception {
        endsWithServer(client, Addresses.IPV4);
    }

    @ParameterizedTest(name = EACH)
    @EnumSource
    @DisplayName("The same over IPv6")
    void ipv6(HttpTestClient client) throws Exception {
        Capability.require("IPv6 on loopback", Addresses.isAvailable(Addresses.IPV6));
        endsWithServer(client, Addresses.IPV6);
    }

    private void endsWithServer(HttpTestClient client, InetAddress address) throws IOException {
        HttpStub stub = stub(address, true);
        assertEquals("ok", client.get(stub.uri()));
        Await.until(() -> stub.openConnections() == 0);
        if (client == HttpTestClient.APACHE) {
            harness.ended(Release.ABORT);
        } else {
            // The header of the answer says close: the client may do so before the server's FIN is here, or after.
            harness.endedOneOf(Release.PASSIVE_CLOSE, Release.ACTIVE_CLOSE);
        }
    }

    // The JDK's HttpClient keeps its connections until it is no longer reachable.
    @ParameterizedTest(name = EACH)
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    @DisplayName("A call whose connection the client closes: it has closed first, and Apache's does so with a RST")
    void clientCloses(HttpTestClient client) throws Exception {
        HttpStub stub = stub(Addresses.IPV4, false);
        assertEquals("ok", client.get(stub.uri()));
        Await.until(() -> stub.openConnections() == 0);
        // Apache's client sets SO_LINGER 0 before it closes a connection that it won't use again.
        boolean resets = client == HttpTestClient.APACHE;
        assertEquals(resets ? 1 : 0, stub.resets());
        harness.ended(resets ? Release.ABORT : Release.ACTIVE_CLOSE);
    }

    @ParameterizedTest(name = EACH)
    @EnumSource
    @DisplayName("A refused call fails and leaves nothing behind")
    void refused(HttpTestClient client) throws Exception {
        URI nobody = uri(harness.govern(Peer.Listener.none(Addresses.IPV4)));
        assertThrows(IOException.class, () -> client.get(nobody));
        harness.endedOnly(Release.FAILED_CONNECT);
    }

    @ParameterizedTest(name = EACH)
    @EnumSource
    @DisplayName("A call whose connect is not answered in time fails and leaves nothing behind")
    void timesOut(HttpTestClient client) throws Exception {
        URI silent = uri(harness.full().address());
        assertThrows(IOException.class, () -> client.getWithShortConnectTimeout(silent));
        harness.endedOnly(Release.FAILED_CONNECT);
    }

    private static URI uri(InetSocketAddress server) {
        return URI.create("http://127.0.0.1:" + server.getPort() + "/");
    }
}
