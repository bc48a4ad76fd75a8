package io.ephemera.simulations.run;

import io.ephemera.ports.run.RunPlan.Runaway;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells why a call failed from what Gatling reports: the exception's short class name and its message, or the check that did
 * not hold.
 */
final class FailureKind {

    static final String EXHAUSTED = "exhausted";

    /** Without a port of the gateway's, which dropped the SYN: the client's own timeout, which looks like that of a dead target. */
    static final String GATEWAY = "exhausted (gateway)";

    static final String TIMEOUT = "timeout";

    private static final String REFUSED = "refused";

    /** What each kind is known by, in lower case; Linux and Windows, NIO and native transports. */
    private static final Map<String, String> MARKS = Map.ofEntries(
            Map.entry("connection refused", REFUSED),
            Map.entry("connection reset", "reset"),
            Map.entry("bindipendpointdelegate", Runaway.KIND),
            Map.entry("broken pipe", "reset"),
            Map.entry("premature close", "reset"),
            Map.entry("prematurely", "reset"),
            Map.entry("timed out", TIMEOUT),
            Map.entry("timeout", TIMEOUT),
            Map.entry("unknownhost", "dns"),
            Map.entry("too many open files", "descriptors"),
            Map.entry("unable to create channel", "descriptors"),
            Map.entry("local port is held by another process", "port-held"),
            Map.entry("local port has a connection that has not ended", "port-held"));

    private final Predicate<String> exhaustion;

    /** @param exhaustion whether a message is that of a call refused with no free port */
    FailureKind(Predicate<String> exhaustion) {
        this.exhaustion = exhaustion;
    }

    /** Whether a port was missing: the host's, or the gateway's. */
    static boolean isExhaustion(String kind) {
        return kind.equals(EXHAUSTED) || kind.equals(GATEWAY);
    }

    static boolean isNeverSent(String kind) {
        return kind.equals(EXHAUSTED) || kind.equals(REFUSED);
    }

    /**
     * The kind of a failure.
     *
     * @param httpStatus status of the response; {@code null} if there was none
     * @param message Gatling's; {@code null} where it says nothing
     */
    String of(@Nullable String httpStatus, @Nullable String message) {
        // Of a service that says why it failed, the cause counts, not the status.
        if (message != null && exhaustion.test(message)) {
            return EXHAUSTED;
        }
        if (httpStatus != null && !httpStatus.equals("200")) {
            return "http-" + httpStatus;
        }
        if (message == null) {
            return "other";
        }
        String lower = message.toLowerCase(Locale.ROOT);
        return MARKS.entrySet().stream()
                .filter(mark -> lower.contains(mark.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .findFirst()
                .orElse("other");
    }
}
