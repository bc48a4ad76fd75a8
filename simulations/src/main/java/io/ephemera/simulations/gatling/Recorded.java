package io.ephemera.simulations.gatling;

import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.CoreDsl;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;

/** What simulations use of this package. */
public final class Recorded {

    private Recorded() {}

    /** The request, made for the session's user: its sockets are the user's, and its response is told to the listener. */
    public static ActionBuilder request(ActionBuilder request, ResponseListener listener) {
        return new RecordedRequest(request, listener);
    }

    /** The scenario, with the users of a source; none may leave before its end. */
    public static PopulationBuilder inject(ScenarioBuilder scenario, UserSource source) {
        io.gatling.core.structure.PopulationBuilder any = scenario.exec(UserInjection.end(source))
                .injectOpen(CoreDsl.nothingFor(1))
                .asScala();
        return new PopulationBuilder(any.copy(
                any.scenarioBuilder(),
                new UserInjection(source),
                any.scenarioProtocols(),
                any.scenarioThrottleSteps(),
                any.pauseType(),
                any.children(),
                any.shard()));
    }

    /** The user of a session. */
    public static VirtualUser user(Session session) {
        return UserInjection.user(session.asScala());
    }
}
