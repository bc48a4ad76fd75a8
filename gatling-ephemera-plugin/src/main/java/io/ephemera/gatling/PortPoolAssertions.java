package io.ephemera.gatling;

import io.ephemera.gatling.internals.GroupLog;
import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.CoreDsl;

/** What can be asserted of the pool. Where one does not hold, Gatling ends with its own exit code 2. */
public final class PortPoolAssertions {

    PortPoolAssertions() {}

    /** No connection is refused with no free port. */
    public Assertion neverExhausted() {
        return refusalsAtMost(0);
    }

    /**
     * At most so many connections are refused with no free port.
     *
     * @param refusals 0 or more
     */
    public Assertion refusalsAtMost(long refusals) {
        return CoreDsl.details(GroupLog.GROUP).failedRequests().count().lte(refusals);
    }
}
