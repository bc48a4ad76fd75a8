package io.ephemera.simulations.run;

import io.ephemera.ports.Release;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Kind;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Hold;
import io.ephemera.simulations.load.ConnectionPlan;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How users have used connections otherwise than planned. */
final class ConnectionUseTally {

    private final Map<Kind, Deviation> deviations = new EnumMap<>(Kind.class);

    /** A user whose calls went well, or found no port. */
    void add(VirtualUser user, ConnectionPlan plan) {
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

    List<Deviation> deviations() {
        return List.copyOf(deviations.values());
    }
}
