package io.ephemera.simulations.conformance;

/** What model and kernel did with the same load. */
record Comparison(Load load, Observed model, Observed kernel) {

    /** The latest start of a call on either. */
    double latestMillis() {
        return Math.max(model.latestMillis(), kernel.latestMillis());
    }

    /** How long a port was held, on average. */
    double cycleSeconds(Observed observed) {
        Double cycle = observed.meanCycleSeconds();
        return cycle == null ? Double.NaN : cycle;
    }
}
