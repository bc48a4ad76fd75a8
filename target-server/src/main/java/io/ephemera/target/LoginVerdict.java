package io.ephemera.target;

import java.util.List;

/** What a {@link Verifier} says of a request. */
sealed interface LoginVerdict {

    /** The request is this user's. */
    record Accepted(String user) implements LoginVerdict {}

    /** Refused: a 401 with these challenges, the one the server likes best first. */
    record Challenged(List<String> challenges) implements LoginVerdict {}

    /** Refused as contradicting itself: a 400. */
    record Contradictory(String line) implements LoginVerdict {}
}
