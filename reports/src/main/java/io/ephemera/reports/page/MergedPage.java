package io.ephemera.reports.page;

import io.ephemera.reports.Format;
import io.ephemera.reports.MergedResult;
import io.ephemera.reports.VerdictBlock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page of the runs of several nodes shows.
 *
 * @param result the nodes
 * @param block the verdict
 */
public record MergedPage(MergedResult result, VerdictBlock block) {

    /** Title of the page. */
    public String title() {
        return block.title() + " – " + result.simulation() + " over "
                + Format.count(result.ground().plannedNodes()) + " nodes";
    }

    /** What there is to say of the nodes: doubts that the verdict does not tell, then remarks. */
    public List<String> notes() {
        return Stream.concat(result.judgement().reasons().stream().skip(1), result.ground().remarks().stream())
                .toList();
    }

    /** A rate, or a dash. */
    public static String rate(@Nullable Double callsPerSecond) {
        return Format.orNothing(callsPerSecond, Format::exact);
    }

    /** Nothing is drawn. */
    public String data() {
        return ScriptJson.of(Map.of());
    }
}
