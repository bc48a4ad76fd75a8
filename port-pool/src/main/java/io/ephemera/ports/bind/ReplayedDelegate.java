package io.ephemera.ports.bind;

import java.util.List;

/**
 * Gives out the numbers that the threads of a {@linkplain SteppedCalls schedule} got from {@link InterlockedDelegate}, call by call
 * and in their order, whichever thread asks; after the last of them the counter goes on by itself.
 */
public final class ReplayedDelegate implements BindIPEndPointDelegate {

    private final List<SteppedCalls.Call> calls;
    private final InterlockedDelegate afterwards;

    // Guarded by this.
    private int next;
    private boolean thrown;
    private long portsAfterThrow;

    /** @param calls what the threads got, at least one call */
    public ReplayedDelegate(List<SteppedCalls.Call> calls) {
        this.calls = List.copyOf(calls);
        this.afterwards = new InterlockedDelegate(calls.get(calls.size() - 1).number(), () -> {});
    }

    @Override
    public synchronized int bind(int retryCount) {
        try {
            int port = nextPort(retryCount);
            portsAfterThrow += thrown ? 1 : 0;
            return port;
        } catch (PortOutOfRangeException e) {
            thrown = true;
            throw e;
        }
    }

    private int nextPort(int retryCount) {
        if (next == calls.size()) {
            return afterwards.bind(retryCount);
        }
        SteppedCalls.Call call = calls.get(next++);
        if (call.failed()) {
            throw new PortOutOfRangeException(call.number());
        }
        return call.number();
    }

    /** Ports that it has given out after it had thrown for the first time. */
    public synchronized long portsAfterThrow() {
        return portsAfterThrow;
    }
}
