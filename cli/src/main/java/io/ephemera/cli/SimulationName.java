package io.ephemera.cli;

import java.util.Iterator;
import java.util.List;

/** The simulations, by name alone: help and bad input are to load nothing of Gatling. A test holds them against the classes. */
final class SimulationName implements Iterable<String> {

    static final String TUNING_MATRIX = "TuningMatrix";

    static final List<String> ALL = List.of(
            "KeepAliveOff",
            "AuthenticatedCalls",
            TUNING_MATRIX,
            "Migration",
            "ServiceToService",
            "MonitoringEngine",
            "InAndOut",
            "BandAid",
            "OccupiedPort",
            "Leak",
            "NetstatTest");

    /** For picocli, which lists and completes them. */
    SimulationName() {}

    @Override
    public Iterator<String> iterator() {
        return ALL.iterator();
    }

    static String className(String name) {
        return "io.ephemera.simulations." + name;
    }
}
