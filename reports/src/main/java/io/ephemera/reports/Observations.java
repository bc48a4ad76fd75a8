package io.ephemera.reports;

import java.util.List;
import java.util.Map;

/**
 * What a scenario has shown.
 *
 * @param figures what was measured, by the name of the {@link Expectations.PredictedFigure}, in its unit; one that is missing could
 *     not be measured
 * @param findings what this run shows, in plain words, one sentence each, the weightiest first
 */
public record Observations(Map<String, Double> figures, List<String> findings) {

    /** Copies the collections. */
    public Observations {
        figures = Map.copyOf(figures);
        findings = List.copyOf(findings);
    }
}
