package io.ephemera.reports.page;

import org.jspecify.annotations.Nullable;

/**
 * Where Gatling's own report of a run is, which ours links and does not replace.
 *
 * @param href relative to the run's folder; {@code null} if there is none
 * @param note what to know about it: why there is none and how to have it
 */
public record GatlingReport(@Nullable String href, String note) {

    /** Nobody has told. */
    public static GatlingReport unknown() {
        return new GatlingReport(
                null,
                "This page was made without Gatling, of the recording alone: where its report is, is not recorded.");
    }
}
