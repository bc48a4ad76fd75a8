package io.ephemera.cli;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The simulations, by name alone: help and bad input are to load nothing of Gatling. A test holds them against the classes. */
enum SimulationName {
    KEEP_ALIVE_OFF("KeepAliveOff", "a client that opens a connection for every call and closes it"),
    AUTHENTICATED_CALLS(
            "AuthenticatedCalls", "the same with a login, whose connection the client closes after each call"),
    TUNING_MATRIX("TuningMatrix", "profiles, patterns and remedies of a list, each measured, in one table"),
    MIGRATION("Migration", "a migration of many records, a closed loop that fails in the middle"),
    SERVICE_TO_SERVICE("ServiceToService", "a service that calls another one on the same box"),
    MONITORING_ENGINE("MonitoringEngine", "an engine that polls many devices from one machine"),
    IN_AND_OUT("InAndOut", "a machine that can be reached, and from which nothing goes out"),
    BAND_AID("BandAid", "a stack that is reset each time that calls fail"),
    OCCUPIED_PORT("OccupiedPort", "a port that a hung process holds, beside ports that are used up"),
    LEAK("Leak", "connections that nobody closes, or only the server"),
    NETSTAT_TEST("NetstatTest", "TIME_WAIT counted by remote endpoint, and what it says");

    private static final String PACKAGE = "io.ephemera.simulations.";

    private final String shortName;
    private final String summary;

    SimulationName(String shortName, String summary) {
        this.shortName = shortName;
        this.summary = summary;
    }

    String shortName() {
        return shortName;
    }

    String summary() {
        return summary;
    }

    String className() {
        return PACKAGE + shortName;
    }

    static Optional<SimulationName> named(String name) {
        return Arrays.stream(values())
                .filter(simulation -> simulation.shortName.equals(name))
                .findFirst();
    }

    static String names() {
        String all = Arrays.stream(values()).map(SimulationName::shortName).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " and " + all.substring(last + 2);
    }
}
