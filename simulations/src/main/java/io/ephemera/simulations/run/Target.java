package io.ephemera.simulations.run;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Login;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.scenario.Listeners;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.scenario.Service;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.stack.Stack;
import io.ephemera.simulations.stack.StubPlace;
import io.ephemera.target.Authentication;
import io.ephemera.target.AuthenticationScheme;
import io.ephemera.target.ClosePolicy;
import io.ephemera.target.Credentials;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The web service that is called: the embedded stub, the service of a scenario, or a foreign one that the user named. */
final class Target implements AutoCloseable {

    private static final String USER = "EPHEMERA_USER";
    private static final String PASSWORD = "EPHEMERA_PASSWORD";
    private static final int PASSWORD_BYTES = 16;

    private final List<URI> destinations;
    private final URI warmUpUri;
    private final List<RemoteEndpoint> remotes = new ArrayList<>();
    private final Set<RemoteEndpoint> governed = new HashSet<>();
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
        for (URI uri : service == null ? this.destinations : List.of(service.governed())) {
            List<RemoteEndpoint> addresses = addresses(uri);
            remotes.add(addresses.get(0));
            governed.addAll(addresses);
        }
        this.warmUpUri = warmUpUri;
        this.warmUpRemote = addresses(warmUpUri).get(0);
        this.stub = stub;
        this.credentials = credentials;
        this.service = service;
    }

    private static List<RemoteEndpoint> addresses(URI uri) throws UnknownHostException {
        int port = uri.getPort() >= 0 ? uri.getPort() : 80;
        return Arrays.stream(InetAddress.getAllByName(uri.getHost()))
                .map(address -> new RemoteEndpoint(address, port))
                .toList();
    }

    /** What a scenario calls: a service that it brings, or the stub. */
    static Target of(Script script, Stack stack) throws BadSettingException, IOException {
        Service service = script.openService(stack.profile().range());
        return service == null
                ? open(null, script.usage(), stack, script.destinations())
                : new Target(List.of(service.uri()), service.uri(), null, null, service);
    }

    /**
     * Starts the stub, or checks that the foreign target answers; for a pattern that logs in, as one that asks for it.
     *
     * @param destinations how many endpoints the stub listens at
     */
    static Target open(@Nullable URI foreign, Usage usage, Stack stack, int destinations)
            throws BadSettingException, IOException {
        Pattern pattern = usage.pattern();
        Credentials credentials = pattern.login() == Login.NONE ? null : credentials(foreign == null);
        if (foreign != null) {
            ForeignTarget.check(foreign, pattern);
            return new Target(List.of(foreign), foreign, null, credentials, null);
        }
        PortRange range = stack.profile().range();
        StubPlace place = stack.stubPlace();
        TargetOptions options = TargetOptions.defaults()
                .withHost(place.host())
                .withClosePolicy(closePolicy(pattern, place))
                .withAuthentication(
                        credentials == null
                                ? Authentication.none()
                                : Authentication.of(scheme(pattern.login()), credentials));
        TargetServer stub = Listeners.outside(
                range,
                place.ports(),
                port -> pattern.connections() == ConnectionUse.MULTIPLEXED
                        ? TargetServer.startTls(options.withPort(port))
                        : TargetServer.start(options.withPort(port)),
                TargetServer::port,
                TargetServer::close);
        URI listens = stub.uri();
        URI uri = at(listens, place.calledHost(), listens.getPort());
        List<URI> all = new ArrayList<>(List.of(uri));
        List<Integer> ports = new ArrayList<>(place.ports().contains(0) ? Listeners.ANY : List.of());
        ports.addAll(place.ports());
        while (all.size() < destinations) {
            int port = Listeners.outside(range, ports, stub::listenAlso, chosen -> chosen, chosen -> {});
            all.add(at(uri, uri.getHost(), port));
        }
        // Shared connections leave no TIME_WAIT, and are to be there when the measured calls of the wall begin: until
        // the
        // first one is, each call would open another.
        URI warmUp = pattern.isShared() ? uri : at(uri, place.warmUpHost(), uri.getPort());
        return new Target(all, warmUp, stub, credentials, null);
    }

    /**
     * Whose credentials the calls carry. They come from the environment, since a command line is for all to see; without any, the
     * embedded stub has new ones.
     */
    private static Credentials credentials(boolean stub) throws BadSettingException {
        if (stub && !System.getenv().containsKey(USER) && !System.getenv().containsKey(PASSWORD)) {
            byte[] password = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(password);
            return Credentials.of("caller", HexFormat.of().formatHex(password));
        }
        try {
            return Credentials.fromEnvironment();
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(String.valueOf(e.getMessage()));
        }
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

    URI uri() {
        return destinations.get(0);
    }

    URI uri(int destination) {
        return destinations.get(destination);
    }

    int destinations() {
        return destinations.size();
    }

    URI warmUpUri() {
        return warmUpUri;
    }

    @Nullable
    Credentials credentials() {
        return credentials;
    }

    boolean isOwn() {
        return stub != null || service != null;
    }

    Set<RemoteEndpoint> endpoints() {
        return Set.copyOf(governed);
    }

    /** The endpoint of each destination, as connections meet it. */
    List<RemoteEndpoint> remotes() {
        return remotes;
    }

    RemoteEndpoint warmUpRemote() {
        return warmUpRemote;
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

    /** Connections to the stub on which nothing was asked. */
    TargetServer.Silent silent() {
        return stub == null ? new TargetServer.Silent(0, 0) : stub.silent();
    }

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
