package io.ephemera.agent.usage;

import io.ephemera.agent.LeaseListener;
import io.ephemera.ports.Release;
import org.jspecify.annotations.Nullable;

/** A connection that was opened: tells those who count for its destination and for its call site what becomes of it. */
final class Opened implements LeaseListener.Lease {

    private final Tally destination;
    private final RequestTally requests;
    private final @Nullable Tally opener;
    private final int weight;
    private final Runnable inTimeWait;
    private boolean hasRequested;

    /**
     * @param opener of its call site; {@code null} where another connection stands for it
     * @param weight connections that it stands for there
     * @param inTimeWait what is done when its port has gone to TIME_WAIT
     */
    Opened(Tally destination, RequestTally requests, @Nullable Tally opener, int weight, Runnable inTimeWait) {
        this.destination = destination;
        this.requests = requests;
        this.opener = opener;
        this.weight = weight;
        this.inTimeWait = inTimeWait;
    }

    @Override
    public void requested(int more) {
        requests.requested(more, !hasRequested);
        hasRequested = true;
    }

    @Override
    public void requestsUnknown() {
        requests.unknown();
    }

    @Override
    public void ended(Release how, long heldNanos) {
        destination.ended(how, 1, heldNanos);
        if (opener != null) {
            opener.ended(how, weight, heldNanos);
        }
        if (how == Release.ACTIVE_CLOSE) {
            inTimeWait.run();
        }
    }
}
