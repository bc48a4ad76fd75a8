package io.ephemera.simulations.run;

import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.run.Schedule;
import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.VirtualUser;
import java.net.InetAddress;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/** The users of a schedule: each is due with the first of its calls. */
final class ScheduledUsers implements Arrivals {

    private final Schedule schedule;
    private final int callsPerUser;
    private final Endpoints endpoints;
    private final String query;
    private final boolean warmUp;
    private long nextCall;
    private @Nullable VirtualUser next;

    /**
     * From where to where the calls go.
     *
     * @param remotes the endpoints that they go to
     * @param destinationOf index of the one that a call goes to, by its number
     * @param sources the local addresses that users are bound to, in turn; empty if the system chooses
     */
    record Endpoints(List<RemoteEndpoint> remotes, LongToIntFunction destinationOf, List<InetAddress> sources) {

        VirtualUser user(long call, int calls, int step, long dueNanos, boolean warmUp) {
            int destination = destinationOf.applyAsInt(call);
            return new VirtualUser(
                    call,
                    calls,
                    step,
                    dueNanos,
                    destination,
                    remotes.get(Math.min(destination, remotes.size() - 1)),
                    sources.isEmpty() ? null : sources.get((int) (call / calls % sources.size())),
                    sources.isEmpty() ? 0 : (int) (call / calls % sources.size()),
                    warmUp);
        }
    }

    /** @param query what each call asks for, as the query of a URL; empty if for nothing in particular */
    ScheduledUsers(Schedule schedule, int callsPerUser, Endpoints endpoints, String query, boolean warmUp) {
        this.schedule = schedule;
        this.callsPerUser = callsPerUser;
        this.endpoints = endpoints;
        this.query = query;
        this.warmUp = warmUp;
    }

    @Override
    public @Nullable VirtualUser peek() {
        if (next == null && !isExhausted()) {
            next = endpoints.user(
                    nextCall, callsPerUser, schedule.stepOf(nextCall), schedule.startNanos(nextCall), warmUp);
            next.asks(query);
        }
        return next;
    }

    @Override
    public void next() {
        next = null;
        nextCall += callsPerUser;
    }

    @Override
    public boolean isExhausted() {
        return nextCall >= schedule.calls();
    }
}
