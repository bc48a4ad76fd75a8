package io.ephemera.agent.usage;

import io.ephemera.agent.LeaseListener.Handover;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has handed work to other threads, of which one may be a connection that a library opens on a thread of its own. Call sites are
 * kept by the identity of the work, which is held weakly, until it is taken up, and as many as a bound allows.
 */
final class Handovers {

    private static final int MOST = 16_384;

    private final Map<Work, CallSite> sites = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private final ThreadLocal<TakenUp> takenUp = ThreadLocal.withInitial(TakenUp::new);

    private static final class Work extends WeakReference<Object> {
        private final int hash;

        Work(Object work, @Nullable ReferenceQueue<Object> gone) {
            super(work, gone);
            hash = System.identityHashCode(work);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || (other instanceof Work work && get() != null && get() == work.get());
        }
    }

    /** What a thread works on, by who handed it over. */
    private static final class TakenUp {
        private @Nullable CallSite address;
        private @Nullable CallSite task;
        private @Nullable CallSite selector;
    }

    /**
     * This thread hands work over.
     *
     * @param here the application's frame on its stack; {@code null} if there is none
     */
    void handedOver(Handover how, Object work, @Nullable CallSite here) {
        for (Object each = gone.poll(); each != null; each = gone.poll()) {
            sites.remove(each);
        }
        CallSite site = here != null ? here : submitter();
        if (site == null && how != Handover.SELECTOR) {
            // A guess, and still one. From one event loop to the next, or to itself, it would last for ever.
            site = takenUp.get().selector;
        }
        if (site == null) {
            // The one who did before is no longer the last.
            sites.remove(new Work(work, null));
        } else if (sites.size() < MOST) {
            sites.put(new Work(work, gone), site);
        }
    }

    void takenUp(Handover how, Object work) {
        Work key = new Work(work, null);
        // Who woke a selector last stays that until somebody else does.
        CallSite site = how == Handover.SELECTOR ? sites.get(key) : sites.remove(key);
        TakenUp ofThread = takenUp.get();
        switch (how) {
            case ADDRESS -> ofThread.address = site;
            case TASK -> ofThread.task = site;
            case SELECTOR -> {
                // A thread that selects works for whoever comes along, and not for whoever started it.
                ofThread.task = null;
                ofThread.selector = site == null ? null : site.guessed();
            }
            case THREAD -> throw new IllegalArgumentException("a thread that works is the work itself");
        }
    }

    /** Who handed over what this thread works on; {@code null}: nobody knows. */
    @Nullable
    CallSite submitter() {
        CallSite task = takenUp.get().task;
        return task != null ? task : sites.get(new Work(Thread.currentThread(), null));
    }

    /**
     * For whom this thread makes the connection that it is about to make; {@code null}: nobody knows.
     *
     * @param maker who handed over the work in which the channel was made
     */
    @Nullable
    CallSite connecting(@Nullable CallSite maker) {
        TakenUp ofThread = takenUp.get();
        CallSite address = ofThread.address;
        ofThread.address = null;
        for (CallSite exact : new CallSite[] {address, maker, submitter()}) {
            if (exact != null) {
                return exact;
            }
        }
        return ofThread.selector;
    }
}
