package io.ephemera.simulations.scenario;

import io.ephemera.target.TargetCounters;
import java.net.URI;
import java.util.List;

/** A web service that a scenario brings instead of the embedded stub. */
public interface Service extends AutoCloseable {

    /** Where its calls go. */
    URI uri();

    /** Where calls go that warm up. */
    URI warmUpUri();

    /** Where connections go that are under the limits: those of the run itself, or of the service. */
    default List<URI> governed() {
        return List.of(uri());
    }

    /** What the governed end has seen so far. */
    TargetCounters counters();

    @Override
    void close();
}
