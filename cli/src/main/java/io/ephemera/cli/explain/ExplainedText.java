package io.ephemera.cli.explain;

import io.ephemera.cli.explain.Tables.Answer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a text says.
 *
 * @param sure certain, likely or possible
 * @param symptom the line that says it; null if a listing does, or nothing
 * @param line what was matched, with its number from 1; null if there is none
 * @param figures of the listings; null if there were none
 */
record ExplainedText(
        TextKind kind,
        String platform,
        String sure,
        @Nullable Symptom symptom,
        @Nullable Line line,
        @Nullable Figures figures,
        Answer answer) {

    /** A line of the text. */
    record Line(int number, String text) {}

    /**
     * What listings tell.
     *
     * @param usablePorts ports that a connect may be given, as listed or by the platform's default; empty if not known
     * @param portsFrom where that figure is from
     * @param clientSide connections from ephemeral ports by state
     * @param serverSide the others, which hold no ephemeral port
     * @param byRemote the fullest first
     * @param closedFirst which side closed
     */
    record Figures(
            OptionalInt usablePorts,
            String portsFrom,
            Map<String, Integer> clientSide,
            Map<String, Integer> serverSide,
            List<Remote> byRemote,
            String closedFirst) {}

    /** Connections towards one remote endpoint. */
    record Remote(String endpoint, int live, int timeWait) {}
}
