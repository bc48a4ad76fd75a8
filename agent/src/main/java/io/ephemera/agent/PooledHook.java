package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The part of the hook that follows no connection: which pool is enforced, what goes past it, and who works for whom. */
abstract class PooledHook extends SocketHook {

    /** Set on a thread while it connects a datagram socket. */
    private static final ThreadLocal<Boolean> DATAGRAM = new ThreadLocal<>();

    final AtomicReference<@Nullable EnforcedPool> current = new AtomicReference<>();

    private final LongAdder udpSockets = new LongAdder();
    private final LongAdder childProcesses = new LongAdder();
    private final Weaving handovers;
    private final AtomicBoolean handoversWoven = new AtomicBoolean();

    /** Weaves joinpoints that few applications need. */
    @FunctionalInterface
    interface Weaving {
        void weave() throws HookUnavailableException;
    }

    PooledHook(Weaving handovers) {
        this.handovers = handovers;
    }

    /** Once somebody wants to know of them: it takes some tenths of a second of the thread that is the first to. */
    void weaveHandoversFor(EnforcedPool pool) {
        if (!handoversWoven.get() && pool.followsHandovers() && handoversWoven.compareAndSet(false, true)) {
            pool.guard(() -> {
                try {
                    handovers.weave();
                } catch (HookUnavailableException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    long udpSockets() {
        return udpSockets.sum();
    }

    long childProcesses() {
        return childProcesses.sum();
    }

    void udpSocketMade() {
        udpSockets.add(PortBinder.isProbing() ? 0 : 1);
    }

    static boolean isConnectingDatagram() {
        return DATAGRAM.get() != null;
    }

    @Override
    public void connectingDatagram(boolean begun) {
        if (begun) {
            DATAGRAM.set(Boolean.TRUE);
        } else {
            DATAGRAM.remove();
        }
    }

    @Override
    public void startedProcess() {
        childProcesses.increment();
    }

    @Override
    public void addressMade(SocketAddress address) {
        handedOver(LeaseListener.Handover.ADDRESS, address);
    }

    @Override
    public void connectingTo(@Nullable SocketAddress address) {
        takenUp(LeaseListener.Handover.ADDRESS, address);
    }

    @Override
    public void submitting(@Nullable Object task) {
        handedOver(LeaseListener.Handover.TASK, task);
    }

    @Override
    public void beginning(Object task) {
        takenUp(LeaseListener.Handover.TASK, task);
    }

    @Override
    public void starting(Thread thread) {
        handedOver(LeaseListener.Handover.THREAD, thread);
    }

    @Override
    public void waking(Object selector) {
        handedOver(LeaseListener.Handover.SELECTOR, selector);
    }

    @Override
    public void selected(Object selector) {
        takenUp(LeaseListener.Handover.SELECTOR, selector);
    }

    private void handedOver(LeaseListener.Handover how, @Nullable Object work) {
        EnforcedPool pool = current.get();
        if (pool != null && work != null && pool.followsHandovers()) {
            pool.handedOver(how, work);
        }
    }

    private void takenUp(LeaseListener.Handover how, @Nullable Object work) {
        EnforcedPool pool = current.get();
        if (pool != null && work != null && pool.followsHandovers()) {
            pool.takenUp(how, work);
        }
    }
}
