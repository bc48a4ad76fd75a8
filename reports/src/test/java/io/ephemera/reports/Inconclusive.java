package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.Verdict;

/** What is expected of a run that can't be trusted. */
final class Inconclusive {

    private Inconclusive() {}

    static void because(String reason, RunResult result) {
        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals(3, result.exitCode());
        assertTrue(result.verdictReason().startsWith(reason), result.verdictReason());
    }
}
