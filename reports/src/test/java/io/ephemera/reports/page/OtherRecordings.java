package io.ephemera.reports.page;

import io.ephemera.reports.AllSlices;
import io.ephemera.reports.Recording;
import io.ephemera.reports.Slice;
import io.ephemera.reports.Slices;
import java.util.List;

/** Recordings that lack something. */
final class OtherRecordings {

    private OtherRecordings() {}

    static Recording withoutPorts(Recording recording) {
        return of(
                recording,
                AllSlices.of(recording).stream()
                        .map(slice -> new Slice(slice.index(), slice.calls(), null))
                        .toList());
    }

    private static Recording of(Recording recording, List<Slice> slices) {
        return new Recording(recording.plan(), Slices.of(slices), recording.firstExhaustions(), recording.end());
    }
}
