package io.ephemera.simulations.run;

import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Difference;
import io.ephemera.reports.CallByCall.Kind;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Hold;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.load.ConnectionPlan.Found;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds users against the plan, in the order of their instants: what each was to find, given how long the connections before it
 * really lived, and how it has used its own.
 */
final class CallByCallTally {

    private final ConnectionPlan plan;
    private final @Nullable PortTimeline planned;
    private final Map<Kind, Deviation> deviations = new EnumMap<>(Kind.class);
    private long different;
    private @Nullable Difference firstDifference;

    /** @param planned ports that nobody uses; {@code null} where what a call finds is not planned */
    CallByCallTally(ConnectionPlan plan, @Nullable PortTimeline planned) {
        this.plan = plan;
        this.planned = planned;
    }

    /** Every port in TIME_WAIT is given back. */
    void clearTimeWait(long atNanos) {
        if (planned != null) {
            planned.clearTimeWait(atNanos);
        }
    }

    /** Any user. A refusal that was not planned has no life. */
    void found(VirtualUser user) {
        if (planned == null) {
            return;
        }
        List<Hold> holds = user.holds();
        Found wasToFind = plan.play(
                planned,
                user.route(),
                user.dueNanos(),
                connection -> connection < holds.size() && holds.get(connection).how() != null
                        ? holds.get(connection).untilNanos() - user.dueNanos()
                        : 0);
        Found found = user.refusals() == 0 ? Found.PORTS : Found.NO_PORT;
        if (user.isUnanswered()) {
            found = Found.NO_GATEWAY_PORT;
        }
        if (wasToFind != found) {
            different += user.calls();
            if (firstDifference == null) {
                firstDifference = new Difference(
                        user.firstCall() + 1,
                        user.dueNanos() / 1e9,
                        wasToFind == Found.PORTS ? Outcome.OK : FailureKind.EXHAUSTED,
                        found == Found.PORTS ? Outcome.OK : FailureKind.EXHAUSTED);
            }
        }
    }

    /** A user whose calls went well, or found no port. */
    void used(VirtualUser user) {
        List<Hold> holds = user.holds();
        Kind kind = kind(holds, user.refusals() > 0 || user.isUnanswered(), plan);
        if (kind != null) {
            deviations.merge(
                    kind,
                    new Deviation(kind, 1, user.firstCall() + 1, plan.connections(), holds.size()),
                    (first, other) -> new Deviation(
                            kind, first.count() + 1, first.firstCall(), first.planned(), first.counted()));
        }
    }

    private static @Nullable Kind kind(List<Hold> holds, boolean refused, ConnectionPlan plan) {
        Release planned = plan.end();
        if (planned != null && holds.size() > plan.connections()) {
            return Kind.MORE_CONNECTIONS;
        }
        if (planned != null && holds.size() < plan.connections() && !refused) {
            return Kind.FEWER_CONNECTIONS;
        }
        for (Hold hold : holds) {
            Kind kind = kind(planned, hold.how());
            if (kind != null) {
                return kind;
            }
        }
        return null;
    }

    private static @Nullable Kind kind(@Nullable Release planned, @Nullable Release how) {
        if (how == planned) {
            return null;
        }
        if (how == null) {
            return Kind.LEFT_OPEN;
        }
        if (planned == null) {
            return Kind.NOT_KEPT;
        }
        return switch (how) {
            case PASSIVE_CLOSE -> planned == Release.ABORT ? Kind.NOT_RESET : Kind.CLOSED_BY_TARGET;
            case ACTIVE_CLOSE -> planned == Release.ABORT ? Kind.NOT_RESET : Kind.CLOSED_BY_CLIENT;
            case ABORT -> Kind.RESET;
            case FAILED_CONNECT -> null;
        };
    }

    CallByCall result() {
        return new CallByCall(different, firstDifference, List.copyOf(deviations.values()));
    }
}
