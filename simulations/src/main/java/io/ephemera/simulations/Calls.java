package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.login.BasicLogin;
import io.ephemera.simulations.login.DigestLogin;
import io.ephemera.simulations.login.NtlmLogin;
import io.ephemera.simulations.run.Run;
import io.ephemera.target.Credentials;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.net.URI;
import java.time.Duration;

/**
 * One call of a run's pattern in Gatling's DSL, leg by leg. A leg but the last is to be answered with a 401 and the last with a
 * 200; a leg that fails ends the call.
 */
final class Calls {

    /** How often a call asks whether the one connection is free: a small part of what a call takes. */
    private static final Duration TURN_POLL = Duration.ofMillis(1);

    private static final String CHALLENGES = "challenges";
    private static final String STATUS = "status";
    private static final String NTLM = "ntlm";

    private final Run run;
    private final Pattern pattern;
    private final ConnectionTurn turn = new ConnectionTurn();

    Calls(Run run) {
        this.run = run;
        this.pattern = run.pattern();
    }

    /** The whole load of the simulation. */
    PopulationBuilder load(String simulation) {
        ChainBuilder call = call();
        return run.load(scenario("warm-up").exec(call), scenario(simulation).exec(call));
    }

    HttpProtocolBuilder protocol() {
        HttpProtocolBuilder protocol =
                http.baseUrl(run.targetUrl()).disableCaching().disableFollowRedirect();
        return pattern.connections() == ConnectionUse.SHARED ? protocol.shareConnections() : protocol;
    }

    private ChainBuilder call() {
        return switch (pattern.login()) {
            case NONE -> last(leg(1));
            case BASIC_PREEMPTIVE -> last(leg(1).basicAuth(user(), password()));
            case BASIC_CHALLENGED ->
                challenged(leg(1))
                        .exec(last(leg(2).header(
                                        "Authorization", session -> BasicLogin.authorization(user(), password()))));
            case DIGEST -> challenged(leg(1)).exec(last(leg(2).header("Authorization", this::digest)));
            case NTLM ->
                pattern.connections() == ConnectionUse.SHARED
                        ? sharedNtlm()
                        : challenged(leg(1))
                                .exec(this::beginNtlm)
                                .exec(challenged(leg(2).header("Authorization", this::negotiate)))
                                .exec(last(leg(3).header("Authorization", this::authenticate)));
        };
    }

    /**
     * A call that logs in only where its connection is not logged in yet. Gatling takes any idle connection for a leg, and a
     * login whose legs are on several connections gets nowhere and takes away theirs. So there is one connection, which carries
     * one call at a time: as long as nobody else has a request under way, no second one is opened.
     */
    private ChainBuilder sharedNtlm() {
        return asLongAs(session -> !turn.begin(session.userId()))
                .on(pause(TURN_POLL))
                .exec(run.recorded(leg(1).check(status().in(200, 401).saveAs(STATUS))))
                .doIf(session -> !session.isFailed() && session.getInt(STATUS) == 401)
                .then(exec(this::beginNtlm)
                        .exec(run.recorded(wantsChallenge(leg(2).header("Authorization", this::negotiate))))
                        .doIf(session -> !session.isFailed())
                        .then(last(leg(3).header("Authorization", this::authenticate))))
                .exec(session -> {
                    turn.end(session.userId());
                    return session;
                });
    }

    private HttpRequestActionBuilder leg(int leg) {
        HttpRequestActionBuilder request =
                http(session -> run.legName(session, leg)).get(run::url);
        return pattern.connections() == ConnectionUse.CLOSED_BY_SERVER
                ? request.header("Connection", "close")
                : request;
    }

    /** A leg that is to be challenged; its challenges are in the session then. */
    private ChainBuilder challenged(HttpRequestActionBuilder leg) {
        HttpRequestActionBuilder checked = wantsChallenge(leg);
        boolean closed = pattern.connections() == ConnectionUse.CLOSED_PER_LEG;
        return exec(run.recorded(closed ? closedByClient(checked) : checked)).exitHereIfFailed();
    }

    private static HttpRequestActionBuilder wantsChallenge(HttpRequestActionBuilder leg) {
        return leg.check(status().is(401), header("WWW-Authenticate").findAll().saveAs(CHALLENGES));
    }

    private ChainBuilder last(HttpRequestActionBuilder leg) {
        HttpRequestActionBuilder checked = leg.check(status().is(200));
        return exec(run.recorded(
                switch (pattern.connections()) {
                    case CLOSED_PER_LEG, CLOSED_PER_CALL -> closedByClient(checked);
                    case CLOSED_BY_SERVER, SHARED -> checked;
                }));
    }

    private HttpRequestActionBuilder closedByClient(HttpRequestActionBuilder request) {
        return run.targetIsStub() ? request.header("Connection", "close") : ClientCloses.first(request);
    }

    private String digest(Session session) {
        URI uri = URI.create(run.targetUrl());
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return DigestLogin.authorization(session.getList(CHALLENGES), "GET", path + query, user(), password());
    }

    private Session beginNtlm(Session session) {
        return session.set(NTLM, NtlmLogin.begin(user(), password()));
    }

    private String negotiate(Session session) {
        return ntlm(session).negotiate();
    }

    private String authenticate(Session session) {
        return ntlm(session).authenticate(session.getList(CHALLENGES));
    }

    private NtlmLogin ntlm(Session session) {
        NtlmLogin login = session.get(NTLM);
        if (login == null) {
            throw new IllegalStateException("no login has begun");
        }
        return login;
    }

    private String user() {
        return credentials().user();
    }

    private String password() {
        return credentials().password();
    }

    private Credentials credentials() {
        return run.credentials();
    }
}
