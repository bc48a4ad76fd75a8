package io.ephemera.target;

import java.util.List;

/** What a {@link Verifier} says of a request. */
sealed interface Verdict {

    /** The request is this user's. */
    record Accepted(String user) implements Verdict {}

    /** Refused: a 401 with these challenges, the one the server likes best first. */
    record Challenged(List<String> challenges) implements Verdict {}

    /** Refused as contradicting itself: a 400. */
    record Contradictory(String line) implements Verdict {}
}
