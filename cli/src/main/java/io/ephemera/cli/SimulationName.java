package io.ephemera.cli;

import io.ephemera.simulations.scenario.Scenario;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The simulations, by name alone: help and bad input are to load nothing of Gatling. A test holds them against the classes. */
final class SimulationName implements Iterable<String> {

    static final String TUNING_MATRIX = "TuningMatrix";

    static final List<String> ALL = Stream.concat(
                    Stream.of("KeepAliveOff", "AuthenticatedCalls", "NatGateway", TUNING_MATRIX),
                    Arrays.stream(Scenario.values()).map(Scenario::simulation))
            .toList();

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
