package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.Release;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
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

    private final Deque<Closeable> toClose = new ArrayDeque<>();
    private Harness harness = new Harness.Plain();

    abstract Harness harness() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        harness = harness();
    }

    @AfterEach
    void end() throws Exception {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
        harness.close();
    }

    private HttpStub stub(InetAddress address, boolean closesFirst) throws IOException {
        HttpStub stub = HttpStub.start(address, closesFirst);
        toClose.push(stub);
        harness.govern(stub.listener().address());
        return stub;
    }

    private HttpTestClient open(HttpTestClient.Kind kind) {
        HttpTestClient client = kind.open();
        toClose.push(client);
        return client;
    }

    @ParameterizedTest(name = EACH)
    @EnumSource(HttpTestClient.Kind.class)
    @DisplayName("A call whose connection the server closes")
    void serverCloses(HttpTestClient.Kind kind) throws Exception {
        endsWithServer(kind, stub(Addresses.IPV4, true));
    }

    @ParameterizedTest(name = EACH)
    @EnumSource(HttpTestClient.Kind.class)
    @DisplayName("The same over IPv6")
    void ipv6(HttpTestClient.Kind kind) throws Exception {
        Capability.require("IPv6 on loopback", Addresses.isAvailable(Addresses.IPV6));
        endsWithServer(kind, stub(Addresses.IPV6, true));
    }

    private void endsWithServer(HttpTestClient.Kind kind, HttpStub stub) throws IOException {
        assertEquals("ok", open(kind).get(stub.uri()));
        Await.until(() -> stub.openConnections() == 0);
        if (kind == HttpTestClient.Kind.APACHE) {
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
    void clientCloses(HttpTestClient.Kind kind) throws Exception {
        HttpStub stub = stub(Addresses.IPV4, false);
        assertEquals("ok", open(kind).get(stub.uri()));
        Await.until(() -> stub.openConnections() == 0);
        // Apache's client sets SO_LINGER 0 before it closes a connection that it won't use again.
        boolean resets = kind == HttpTestClient.Kind.APACHE;
        assertEquals(resets ? 1 : 0, stub.resets());
        harness.ended(resets ? Release.ABORT : Release.ACTIVE_CLOSE);
    }

    @ParameterizedTest(name = EACH)
    @EnumSource(HttpTestClient.Kind.class)
    @DisplayName("A refused call fails and leaves nothing behind")
    void refused(HttpTestClient.Kind kind) throws Exception {
        var nobody = harness.govern(Peer.Listener.none(Addresses.IPV4));
        HttpTestClient client = open(kind);
        assertThrows(IOException.class, () -> client.get(URI.create("http://127.0.0.1:" + nobody.getPort() + "/")));
        harness.endedOnly(Release.FAILED_CONNECT);
    }

    @ParameterizedTest(name = EACH)
    @EnumSource(HttpTestClient.Kind.class)
    @DisplayName("A call whose connect is not answered in time fails and leaves nothing behind")
    void timesOut(HttpTestClient.Kind kind) throws Exception {
        Peer.Listener full = Peer.Listener.full(Addresses.IPV4);
        toClose.push(full);
        var silent = harness.govern(full.address());
        HttpTestClient client = open(kind);
        assertThrows(
                IOException.class,
                () -> client.getWithShortConnectTimeout(URI.create("http://127.0.0.1:" + silent.getPort() + "/")));
        harness.endedOnly(Release.FAILED_CONNECT);
    }
}
