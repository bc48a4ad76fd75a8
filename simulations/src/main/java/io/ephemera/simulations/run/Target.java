package io.ephemera.simulations.run;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Login;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.scenario.Service;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.stack.StubPlace;
import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.ClosePolicy;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The web service that is called: the embedded stub, or a foreign one that the user named. */
final class Target implements AutoCloseable {

    private static final int LISTEN_TRIES = 200;

    private final List<URI> destinations;
    private final URI warmUpUri;
    private final List<RemoteEndpoint> remotes;
    private final List<RemoteEndpoint> governed;
    private final RemoteEndpoint warmUpRemote;
    private final @Nullable TargetServer stub;
    private final @Nullable Credentials credentials;
    private final @Nullable Service service;

    private Target(
            List<URI> destinations,
            URI warmUpUri,
            @Nullable TargetServer stub,
            @Nullable Credentials credentials,
            @Nullable Service service)
            throws UnknownHostException {
        this.destinations = List.copyOf(destinations);
        this.remotes = service == null
                ? destinations.stream().map(Target::firstAddress).toList()
                : List.of(firstAddress(service.governed()));
        this.governed = remotes(service == null ? this.destinations : List.of(service.governed()));
        this.warmUpRemote = firstAddress(warmUpUri);
        this.warmUpUri = warmUpUri;
        this.stub = stub;
        this.service = service;
        this.credentials = credentials;
    }

    /**
     * Starts the stub, or checks that the foreign target answers; for a pattern that logs in, as one that asks for it.
     *
     * @param destinations how many endpoints the stub listens at
     */
    static Target open(@Nullable URI foreign, Pattern pattern, PortRange range, StubPlace place, int destinations)
            throws BadSettingException, IOException {
        Credentials credentials = pattern.login() == Login.NONE ? null : Callers.credentials(foreign == null);
        if (foreign != null) {
            ForeignTarget.check(foreign, pattern);
            return new Target(List.of(foreign), foreign, null, credentials, null);
        }
        Authentication authentication =
                credentials == null ? Authentication.none() : Authentication.of(scheme(pattern.login()), credentials);
        TargetOptions options = TargetOptions.defaults()
                .withAuthentication(authentication)
                .withClosePolicy(closePolicy(pattern, place));
        TargetServer stub = start(range, place, options, pattern.connections() == ConnectionUse.MULTIPLEXED);
        URI uri = stub.uri();
        List<URI> all = new ArrayList<>(List.of(uri));
        while (all.size() < destinations) {
            all.add(at(uri, uri.getHost(), listenOutside(range, place, stub)));
        }
        // Shared connections leave no TIME_WAIT, and are to be there when the measured calls of the wall begin: until
        // the
        // first one is, each call would open another.
        URI warmUp = pattern.isShared() ? uri : at(uri, place.warmUpHost(), uri.getPort());
        return new Target(all, warmUp, stub, credentials, null);
    }

    private static RemoteEndpoint firstAddress(URI uri) {
        try {
            return addresses(uri).get(0);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The service that a scenario brings. */
    static Target of(Service service) throws UnknownHostException {
        return new Target(List.of(service.uri()), service.uri(), null, null, service);
    }

    /** A port that the system chooses may be of the range, and would be missing from it; in a private network it always is. */
    private static int listenOutside(PortRange range, StubPlace place, TargetServer stub) throws IOException {
        IOException last = new IOException("no port outside of " + range + " is free for the stub");
        try {
            for (int attempt = 0; attempt < LISTEN_TRIES && place.ports().contains(0); attempt++) {
                int port = stub.listenAlso(0);
                if (!range.contains(port)) {
                    return port;
                }
            }
        } catch (IOException e) {
            last = e;
        }
        for (int port : place.ports()) {
            try {
                if (port != 0) {
                    return stub.listenAlso(port);
                }
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static URI at(URI uri, String host, int port) {
        return URI.create(uri.getScheme() + "://" + host + ":" + port + "/");
    }

    private static ClosePolicy closePolicy(Pattern pattern, StubPlace place) {
        if (pattern == Pattern.SERVER_CLOSES_FIRST) {
            return ClosePolicy.SERVER_FIRST;
        }
        return place.neverCloses() ? ClosePolicy.NEVER : ClosePolicy.CLIENT_FIRST;
    }

    private static AuthenticationScheme scheme(Login login) {
        return switch (login) {
            case NONE -> AuthenticationScheme.NONE;
            case BASIC_PREEMPTIVE, BASIC_CHALLENGED -> AuthenticationScheme.BASIC;
            case DIGEST -> AuthenticationScheme.DIGEST;
            case NTLM -> AuthenticationScheme.NTLM;
        };
    }

    /** On the first of the ports that is free and, where the system chooses, outside of the range. */
    private static TargetServer start(PortRange range, StubPlace place, TargetOptions options, boolean http2)
            throws IOException {
        IOException last = new IOException("no port is free for the stub");
        boolean systemHasNone = false;
        for (int port : place.ports()) {
            if (port == 0 && systemHasNone) {
                continue;
            }
            try {
                TargetOptions there = options.withHost(place.host()).withPort(port);
                TargetServer server = http2 ? TargetServer.startTls(there) : TargetServer.start(there);
                if (port != 0 || !range.contains(server.port())) {
                    return server;
                }
                server.close();
            } catch (IOException e) {
                last = e;
                // After a run of tens of thousands of calls all that the system chooses from may be in TIME_WAIT.
                systemHasNone = port == 0;
            }
        }
        throw last;
    }

    /** The first destination. */
    URI uri() {
        return destinations.get(0);
    }

    /** A destination. */
    URI uri(int destination) {
        return destinations.get(destination);
    }

    /** How many destinations there are. */
    int destinations() {
        return destinations.size();
    }

    /** Where the calls go that warm up. */
    URI warmUpUri() {
        return warmUpUri;
    }

    /** Who calls; {@code null} if the pattern does not log in. */
    @Nullable
    Credentials credentials() {
        return credentials;
    }

    boolean isOwn() {
        return stub != null || service != null;
    }

    /** The remote endpoints of the calls. */
    Set<RemoteEndpoint> endpoints() {
        return Set.copyOf(governed);
    }

    /** The endpoint of each destination, as connections meet it. */
    List<RemoteEndpoint> remotes() {
        return remotes;
    }

    /** The endpoint to which the calls go that warm up. */
    RemoteEndpoint warmUpRemote() {
        return warmUpRemote;
    }

    private static List<RemoteEndpoint> remotes(List<URI> uris) throws UnknownHostException {
        List<RemoteEndpoint> all = new ArrayList<>();
        for (URI uri : uris) {
            all.addAll(addresses(uri));
        }
        return all;
    }

    private static List<RemoteEndpoint> addresses(URI uri) throws UnknownHostException {
        int port = uri.getPort() >= 0 ? uri.getPort() : 80;
        return Arrays.stream(InetAddress.getAllByName(uri.getHost()))
                .map(address -> new RemoteEndpoint(address, port))
                .toList();
    }

    /** Tells the service of a scenario whose connections those are that it makes for a call. */
    void owners(LongFunction<@Nullable Object> byCall) {
        if (service != null) {
            service.owners(byCall);
        }
    }

    /** What the stub has counted so far; {@code null} for a foreign target. */
    @Nullable
    TargetCounters counters() {
        return stub != null ? stub.counters() : service == null ? null : service.counters();
    }

    /** How many connections are open there now, as far as the target tells; 0 for a foreign target. */
    long openConnections() {
        TargetCounters now = counters();
        return now == null ? 0 : now.openNow();
    }

    /** How many of the stub's requests so far came over HTTP/2. */
    long http2Requests() {
        return stub == null ? 0 : stub.http2Requests();
    }

    @Override
    public void close() {
        if (stub != null) {
            stub.close();
        }
        if (service != null) {
            service.close();
        }
    }
}
