package io.ephemera.reports;

import java.util.ArrayList;
import java.util.List;

/** The slices of a recording in memory, where a test may have them. */
public final class AllSlices {

    private AllSlices() {}

    public static List<Slice> of(Recording recording) {
        List<Slice> slices = new ArrayList<>();
        recording.slices().forEach(slices::add);
        return slices;
    }
}
