package io.ephemera.gatling.internals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;

/** A method of Gatling's that is advised, by the version of Gatling that this was built with. */
enum GatlingJoinpoint {
    SIMULATION_MADE("io.gatling.core.scenario.Simulation$", "params", 9, GatlingAdvices.SimulationMade.class),
    BEGINS("io.gatling.core.stats.DataWritersStatsEngine", "start", 0, GatlingAdvices.Begins.class),
    ENDS("io.gatling.core.stats.DataWritersStatsEngine", "stop", 2, GatlingAdvices.Ends.class),
    PROCESSED("io.gatling.app.RunResultProcessor", "processRunResult", 1, GatlingAdvices.Processed.class),
    REQUEST_SENT("io.gatling.http.client.impl.DefaultHttpClient", "buildTx", 4, GatlingAdvices.RequestSent.class),
    CONNECTS("io.gatling.http.client.impl.DefaultHttpClient", "openNewChannel", 8, GatlingAdvices.Connects.class),
    TOLD("io.gatling.core.actor.AtomicRunnableActorRef", "$bang", 1, GatlingAdvices.Told.class),
    INJECTED("io.gatling.core.controller.inject.Injector", "inject", 2, GatlingAdvices.Injected.class),
    INJECTS_USER("io.gatling.core.controller.inject.Workload", "injectUser", 1, GatlingAdvices.InjectsUser.class),
    OPEN_USER_ENDED(
            "io.gatling.core.controller.inject.open.OpenWorkload", "endUser", 0, GatlingAdvices.UserEnded.class),
    CLOSED_USER_ENDED(
            "io.gatling.core.controller.inject.closed.ClosedWorkload", "endUser", 0, GatlingAdvices.UserEnded.class),
    PAUSES("io.gatling.core.action.Pause", "schedule$1", 2, GatlingAdvices.Pauses.class),
    PACES("io.gatling.core.action.Pace", "execute", 1, GatlingAdvices.Paces.class),
    NOW("io.gatling.commons.util.DefaultClock", "nowMillis", 0, GatlingAdvices.Now.class),
    MEETS("io.gatling.core.action.RendezVous$", "apply", 3, GatlingAdvices.Meets.class);

    private final String type;
    private final String method;
    private final int parameters;
    private final Class<?> advice;

    GatlingJoinpoint(String type, String method, int parameters, Class<?> advice) {
        this.type = type;
        this.method = method;
        this.parameters = parameters;
        this.advice = advice;
    }

    String type() {
        return type;
    }

    Class<?> advice() {
        return advice;
    }

    /** The method, without initialising its class; empty if this Gatling has none such. */
    Optional<Method> find() {
        try {
            Class<?> owner = Class.forName(type, false, GatlingJoinpoint.class.getClassLoader());
            return Arrays.stream(owner.getDeclaredMethods())
                    .filter(each ->
                            each.getName().equals(method) && each.getParameterCount() == parameters && !each.isBridge())
                    .findFirst();
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return type + "." + method + " with " + parameters + " parameters";
    }
}
