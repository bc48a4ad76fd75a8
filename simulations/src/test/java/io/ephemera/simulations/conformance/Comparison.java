package io.ephemera.simulations.conformance;

/** What model and kernel did with the same load. */
record Comparison(Load load, Observed model, Observed kernel) {

    /** The latest start of a call on either. */
    double latestMillis() {
        return Math.max(model.latestMillis(), kernel.latestMillis());
    }
}
