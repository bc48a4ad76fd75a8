package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Login;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.login.DigestLogin;
import io.ephemera.simulations.login.NtlmLogin;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a virtual user in Gatling's DSL, exchange by exchange, as the run's pattern has them: one call, or several on a connection
 * that is kept for the user. An exchange but the last is to be answered with a 401 and the last with a 200; an exchange that fails ends the
 * call.
 */
final class CallChains {

    /** How often a call asks whether the one connection is free: a small part of what a call takes. */
    private static final Duration TURN_POLL = Duration.ofMillis(1);

    private static final long NOBODY = -1;
    private static final String CHALLENGES = "challenges";
    private static final String STATUS = "status";
    private static final String DIGEST = "digest";
    private static final String NTLM = "ntlm";

    private final Run run;
    private final Pattern pattern;
    private final HttpProtocolBuilder protocol;

    /** The one virtual user that may use the one connection that all share. */
    private final AtomicLong turn = new AtomicLong(NOBODY);

    CallChains(Run run) {
        this.run = run;
        this.pattern = run.usage().pattern();
        this.protocol = newProtocol();
    }

    /** The whole load of the simulation. */
    PopulationBuilder load(String simulation) {
        return run.load(scenario(simulation).exec(pattern.isKeptForUser() ? callsOnOneConnection() : call()))
                .protocols(protocol);
    }

    private HttpProtocolBuilder newProtocol() {
        HttpProtocolBuilder every = http.disableCaching().disableFollowRedirect();
        List<String> sources = run.sourceAddresses();
        if (!sources.isEmpty()) {
            every = every.localAddresses(sources);
        }
        if (pattern.connections() == ConnectionUse.MULTIPLEXED) {
            every = every.enableHttp2();
        }
        return pattern.isShared() ? every.shareConnections() : every;
    }

    private ChainBuilder call() {
        return switch (pattern.login()) {
            case NONE, BASIC_PREEMPTIVE -> last(credentialsGiven(exchange(1)));
            case BASIC_CHALLENGED -> challenged(exchange(1), last(exchange(2).header("Authorization", this::basic)));
            case DIGEST ->
                challenged(
                        exchange(1),
                        exec(this::beginDigest).exec(last(exchange(2).header("Authorization", this::digest))));
            case NTLM ->
                pattern.connections() == ConnectionUse.SHARED
                        ? sharedNtlm()
                        : challenged(
                                exchange(1),
                                exec(this::beginNtlm)
                                        .exec(challenged(
                                                exchange(2).header("Authorization", CallChains::negotiate),
                                                last(exchange(3).header("Authorization", CallChains::authenticate)))));
        };
    }

    /**
     * All calls of a user, one after the other. Gatling keeps a user's connection from call to call and closes it when the user
     * leaves, which leaves its port in TIME_WAIT. A user who got no response to its first request has no connection either and
     * leaves at once; whatever else fails is one call's failure.
     */
    private ChainBuilder callsOnOneConnection() {
        return exec(run.recorded(asking(exchange(1))))
                .doIf(session -> session.contains(STATUS))
                .then(loginIfChallenged()
                        .exec(Session::markAsSucceeded)
                        .repeat(run.usage().callsPerUser() - 1)
                        .on(exec(run.recorded(asking(exchange(1))))
                                .exec(loginIfChallenged())
                                .exec(Session::markAsSucceeded)));
    }

    /**
     * A call on the one connection of all. Gatling takes any idle connection for an exchange, and a login whose exchanges are on several
     * connections gets nowhere and takes away theirs. So there is one connection, which carries one call at a time: as long as
     * nobody else has a request under way, no second one is opened.
     */
    private ChainBuilder sharedNtlm() {
        return asLongAs(session -> !turn.compareAndSet(NOBODY, session.userId()))
                .on(pause(TURN_POLL))
                .exec(run.recorded(asking(exchange(1))))
                .exec(loginIfChallenged())
                .exec(session -> {
                    turn.compareAndSet(session.userId(), NOBODY);
                    return session;
                });
    }

    /** The first exchange of a call that may be served at once, with what the user has from a login before. */
    private HttpRequestActionBuilder asking(HttpRequestActionBuilder exchange) {
        HttpRequestActionBuilder asking = exchange.check(status().saveAs(STATUS));
        return switch (pattern.login()) {
            case NONE, BASIC_PREEMPTIVE -> credentialsGiven(asking).check(status().is(200));
            case BASIC_CHALLENGED, DIGEST, NTLM ->
                asking.sign((request, session) -> {
                            String authorization = remembered(session);
                            if (authorization != null) {
                                request.getHeaders().set("Authorization", authorization);
                            }
                            return request;
                        })
                        .check(status().in(200, 401))
                        .checkIf((response, session) -> response.status().code() == 401)
                        .then(challenges());
        };
    }

    /** The {@code Authorization} that an earlier call has earned; {@code null} if there is none, or the connection has it. */
    private @Nullable String remembered(Session session) {
        return switch (pattern.login()) {
            case BASIC_CHALLENGED -> session.contains(CHALLENGES) ? basic(session) : null;
            case DIGEST -> session.contains(DIGEST) ? digest(session) : null;
            case NONE, BASIC_PREEMPTIVE, NTLM -> null;
        };
    }

    /** The other exchanges of a call whose first one was challenged. */
    private ChainBuilder loginIfChallenged() {
        ChainBuilder login = switch (pattern.login()) {
            // A 401 is a failure then.
            case NONE, BASIC_PREEMPTIVE -> exec(session -> session);
            case BASIC_CHALLENGED -> last(exchange(2).header("Authorization", this::basic));
            case DIGEST -> exec(this::beginDigest).exec(last(exchange(2).header("Authorization", this::digest)));
            case NTLM ->
                exec(this::beginNtlm)
                        .exec(run.recorded(wantsChallenge(exchange(2).header("Authorization", CallChains::negotiate))))
                        .doIf(session -> !session.isFailed())
                        .then(last(exchange(3).header("Authorization", CallChains::authenticate)));
        };
        return doIf(session -> !session.isFailed() && session.getInt(STATUS) == 401)
                .then(login);
    }

    private HttpRequestActionBuilder credentialsGiven(HttpRequestActionBuilder request) {
        return pattern.login() == Login.NONE ? request : request.basicAuth(session -> user(), session -> password());
    }

    private HttpRequestActionBuilder exchange(int exchange) {
        HttpRequestActionBuilder request =
                http(session -> run.exchangeName(session, exchange)).get(run::url);
        return pattern.connections() == ConnectionUse.CLOSED_BY_SERVER
                ? request.header("Connection", "close")
                : request;
    }

    /** An exchange that is to be challenged; its challenges are in the session for what then follows. */
    private ChainBuilder challenged(HttpRequestActionBuilder exchange, ChainBuilder following) {
        HttpRequestActionBuilder checked = wantsChallenge(exchange);
        boolean closed = pattern.connections() == ConnectionUse.CLOSED_PER_EXCHANGE;
        return exec(run.recorded(closed ? closedByClient(checked) : checked))
                .doIf(session -> !session.isFailed())
                .then(following);
    }

    private static HttpRequestActionBuilder wantsChallenge(HttpRequestActionBuilder exchange) {
        return exchange.check(status().is(401), challenges());
    }

    private static CheckBuilder challenges() {
        return header("WWW-Authenticate").findAll().saveAs(CHALLENGES);
    }

    private ChainBuilder last(HttpRequestActionBuilder exchange) {
        HttpRequestActionBuilder checked = exchange.check(status().is(200));
        return exec(run.recorded(
                switch (pattern.connections()) {
                    case CLOSED_PER_EXCHANGE, CLOSED_PER_CALL, CLOSED_ABORTIVELY -> closedByClient(checked);
                    case KEPT_FOR_USER, CLOSED_BY_SERVER, SHARED, MULTIPLEXED -> checked;
                }));
    }

    /**
     * Has the client close first. A foreign target that is told {@code Connection: close} would close first itself, and TIME_WAIT
     * would be its own. Gatling decides to close when it reads that header; taking the header away after that, where requests are
     * signed, keeps it from the server.
     */
    private HttpRequestActionBuilder closedByClient(HttpRequestActionBuilder request) {
        HttpRequestActionBuilder last = request.header("Connection", "close");
        return run.targetIsStub()
                ? last
                : last.sign((signed, session) -> {
                    signed.getHeaders().remove("Connection");
                    return signed;
                });
    }

    private String digest(Session session) {
        URI uri = URI.create(run.targetUrl());
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Objects.requireNonNull(session.<DigestLogin>get(DIGEST)).authorization("GET", path + query);
    }

    private Session beginDigest(Session session) {
        return session.set(DIGEST, DigestLogin.begin(session.getList(CHALLENGES), user(), password()));
    }

    private String basic(Session session) {
        byte[] pair = (user() + ":" + password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private Session beginNtlm(Session session) {
        return session.set(NTLM, NtlmLogin.begin(user(), password()));
    }

    private static String negotiate(Session session) {
        return ntlm(session).negotiate();
    }

    private static String authenticate(Session session) {
        return ntlm(session).authenticate(session.getList(CHALLENGES));
    }

    private static NtlmLogin ntlm(Session session) {
        return Objects.requireNonNull(session.get(NTLM));
    }

    private String user() {
        return run.credentials().user();
    }

    private String password() {
        return run.credentials().password();
    }
}
