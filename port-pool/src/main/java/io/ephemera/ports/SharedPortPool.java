package io.ephemera.ports;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool that several processes of one machine take their ports from, through a file. Each has a copy of it; what one does is a fact
 * in the file, which the others do alike before they do anything of their own. Instants must be of one clock, as those of {@link
 * System#nanoTime()} are on one Linux system.
 *
 * <p>A process that ends without having closed its connections leaves each of them as an active close: the system sends the FINs on
 * its behalf. That counts from when another process notices, within {@value #LOOK_NANOS} ns of the latest time told.
 *
 * <p>A lease of this pool costs four calls of the system. Its methods fail with an {@link java.io.UncheckedIOException} where the
 * file can't be locked, and with an {@link IllegalStateException} where it is damaged or full.
 */
public final class SharedPortPool extends PortPool implements AutoCloseable {

    /** How long after the last look the processes are looked at again. */
    static final long LOOK_NANOS = 100_000_000L;

    /** A file of 32 MiB, of which a system that knows sparse files keeps what is used. */
    static final int MOST_FACTS = 1 << 18;

    private final Object turn = new Object();
    private final PoolFile file;

    /** The leases of all processes by their numbers, which are the same everywhere: as the copy here names them. */
    private final Map<Long, Long> leases = new HashMap<>();

    private int generation;
    private int done;
    private long lookedNanos;
    private boolean closed;

    private SharedPortPool(PoolFile file, PortRange range, long timeWaitNanos, Scope scope) {
        super(range, timeWaitNanos, scope, SelectionOrder.sequential());
        this.file = file;
    }

    /**
     * Joins the pool of a file; the first process makes it.
     *
     * @param path the file, on a local file system
     * @param timeWaitNanos how long an active close keeps a port, in nanoseconds, above 0
     * @param processName what this process runs, in a few words
     * @param nowNanos the time
     * @throws IllegalArgumentException if the file is another thing than a pool, or one of another range, TIME_WAIT or scope, is open
     *     in this process already, or has {@value PoolFile#MOST_PROCESSES} processes; the message is one line
     * @throws IOException if it can't be opened or made
     */
    public static SharedPortPool open(
            Path path, PortRange range, long timeWaitNanos, Scope scope, String processName, long nowNanos)
            throws IOException {
        return open(path, range, timeWaitNanos, scope, processName, nowNanos, MOST_FACTS);
    }

    static SharedPortPool open(
            Path path,
            PortRange range,
            long timeWaitNanos,
            Scope scope,
            String processName,
            long nowNanos,
            int mostFacts)
            throws IOException {
        String settings = range + ", TIME_WAIT " + timeWaitNanos + " ns, scope " + scope;
        PoolFile file = PoolFile.open(path, settings, mostFacts);
        try {
            SharedPortPool pool = new SharedPortPool(file, range, timeWaitNanos, scope);
            pool.join(processName, nowNanos);
            return pool;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void join(String name, long nowNanos) throws IOException {
        synchronized (turn) {
            FileLock held = file.lock();
            try {
                catchUp();
                look(nowNanos);
                if (file.rows().size() == 1 && latestNanos() - nowNanos > 0) {
                    // The clock has begun anew since, with the machine.
                    file.rewrite(List.of());
                    catchUp();
                }
                file.enlist(name);
            } finally {
                PoolFile.unlock(held);
            }
        }
    }

    private void look(long nowNanos) {
        lookedNanos = nowNanos;
        file.ended().forEach(process -> end(process, nowNanos));
    }

    /** Ends all leases of a process, and takes it off the list. */
    private void end(long process, long nowNanos) {
        for (UsedPort use : inUse()) {
            PoolFact fact = Objects.requireNonNull(use.fact);
            if (use.isLive() && fact.process() == process) {
                release(fact, Release.ACTIVE_CLOSE, nowNanos);
            }
        }
        file.delist(process);
    }

    private boolean release(PoolFact leased, Release how, long nowNanos) {
        Long lease = leases.remove(leased.lease());
        if (lease == null || !super.release(lease, how, nowNanos)) {
            return false;
        }
        tell(released(leased, how, nowNanos));
        return true;
    }

    /** Does something at a time at which no other process does anything, and after all that they have done. */
    private <T extends @Nullable Object> T inTurn(long nowNanos, Supplier<T> step) {
        synchronized (turn) {
            if (closed) {
                return step.get();
            }
            FileLock held = file.lock();
            try {
                catchUp();
                if (nowNanos - lookedNanos >= LOOK_NANOS) {
                    look(nowNanos);
                }
                return step.get();
            } finally {
                PoolFile.unlock(held);
            }
        }
    }

    @Override
    public long lease(RemoteEndpoint remote, long nowNanos) {
        return leased(nowNanos, () -> super.lease(remote, nowNanos), remote.address(), remote.port());
    }

    @Override
    public long leaseForAnyDestination(long nowNanos) {
        return leased(nowNanos, () -> super.leaseForAnyDestination(nowNanos), null, PoolFact.LOCAL);
    }

    @Override
    public long leaseFrom(InetAddress local, long nowNanos) {
        return leased(nowNanos, () -> super.leaseFrom(local, nowNanos), local, PoolFact.LOCAL);
    }

    @Override
    public long leaseGiven(int port, long nowNanos) {
        return leased(nowNanos, () -> super.leaseGiven(port, nowNanos), null, PoolFact.LOCAL);
    }

    private long leased(long nowNanos, LongSupplier lease, @Nullable InetAddress address, int remotePort) {
        return inTurn(nowNanos, () -> {
            if (closed) {
                throw new IllegalStateException("this process has left the pool");
            }
            makeRoom(nowNanos);
            return told(lease.getAsLong(), address, remotePort);
        });
    }

    /** Tells all others what has been leased here; returns its number. */
    private long told(long lease, @Nullable InetAddress address, int remotePort) {
        if (lease == EXHAUSTED) {
            file.countRefused();
        }
        if (lease < 0) {
            return lease;
        }
        long latest = latestNanos();
        PoolFact fact = new PoolFact(
                PoolFact.Kind.LEASED,
                file.process(),
                file.nextLease(),
                latest,
                latest,
                super.port(lease),
                address,
                remotePort);
        begin(lease, fact);
        tell(fact);
        file.countOpened(1);
        return fact.lease();
    }

    @Override
    public int free(RemoteEndpoint remote, long nowNanos) {
        return inTurn(nowNanos, () -> super.free(remote, nowNanos));
    }

    @Override
    public int freeFrom(InetAddress local, long nowNanos) {
        return inTurn(nowNanos, () -> super.freeFrom(local, nowNanos));
    }

    @Override
    public int freeForAnyDestination(long nowNanos) {
        return inTurn(nowNanos, () -> super.freeForAnyDestination(nowNanos));
    }

    @Override
    public boolean release(long lease, Release how, long nowNanos) {
        return inTurn(nowNanos, () -> {
            PoolFact leased = own(lease);
            return leased != null && release(leased, how, nowNanos);
        });
    }

    @Override
    public boolean markHeldElsewhere(long lease, long nowNanos) {
        return inTurn(nowNanos, () -> {
            PoolFact leased = own(lease);
            if (leased == null || !super.markHeldElsewhere(local(lease), nowNanos)) {
                return false;
            }
            leases.remove(lease);
            tell(passedOver(leased, latestNanos()));
            file.countOpened(-1);
            return true;
        });
    }

    /** How a lease of this process began; {@code null} if it has ended. */
    private @Nullable PoolFact own(long lease) {
        Long local = closed ? null : leases.get(lease);
        return local == null ? null : use(local).fact;
    }

    @Override
    public int port(long lease) {
        synchronized (turn) {
            return super.port(local(lease));
        }
    }

    @Override
    public int clearTimeWait(long nowNanos) {
        return inTurn(nowNanos, () -> {
            int cleared = super.clearTimeWait(nowNanos);
            if (!closed) {
                makeRoom(nowNanos);
                tell(PoolFact.of(PoolFact.Kind.CLEARED, file.process(), 0, latestNanos(), latestNanos()));
            }
            return cleared;
        });
    }

    @Override
    public int drainPeakTimeWait(long nowNanos) {
        return inTurn(nowNanos, () -> super.drainPeakTimeWait(nowNanos));
    }

    @Override
    public PoolSnapshot snapshot(long nowNanos) {
        return inTurn(nowNanos, () -> super.snapshot(nowNanos).sharedBy(PoolProcess.all(file.rows(), inUse())));
    }

    @Override
    public PortStates states() {
        return inTurn(lookedNanos, super::states);
    }

    /** Leaves the pool. Connections that are open still count as closed by this side. */
    @Override
    public void close() {
        synchronized (turn) {
            if (!closed) {
                inTurn(lookedNanos, () -> {
                    end(file.process(), latestNanos());
                    return null;
                });
                closed = true;
                file.close();
            }
        }
    }

    private void catchUp() {
        if (file.generation() != generation) {
            startOver();
        }
        for (; done < file.count(); done++) {
            doAlike(file.read(done));
        }
    }

    private void startOver() {
        restart();
        leases.clear();
        generation = file.generation();
        done = 0;
    }

    private void doAlike(PoolFact fact) {
        switch (fact.kind()) {
            case LEASED -> {
                long lease = leaseAlike(fact.port(), fact.key(), fact.latestNanos());
                if (lease == REFUSED) {
                    throw new IllegalStateException(
                            "the file of the shared pool is damaged: two holders of port " + fact.port());
                }
                begin(lease, fact);
            }
            case LEFT_IN_TIME_WAIT -> releaseAlike(fact, Release.ACTIVE_CLOSE);
            case GIVEN_BACK -> releaseAlike(fact, Release.PASSIVE_CLOSE);
            case HELD_ELSEWHERE -> {
                passOverAlike(local(fact.lease()), fact.latestNanos());
                leases.remove(fact.lease());
            }
            case CLEARED -> super.clearTimeWait(fact.latestNanos());
        }
    }

    private void releaseAlike(PoolFact fact, Release how) {
        advanceTo(fact.latestNanos());
        super.release(local(fact.lease()), how, fact.atNanos());
        leases.remove(fact.lease());
    }

    private void begin(long lease, PoolFact fact) {
        use(lease).fact = fact;
        leases.put(fact.lease(), lease);
    }

    /** The name of a lease in the copy here; one that has ended names none. */
    private long local(long lease) {
        return leases.getOrDefault(lease, EXHAUSTED);
    }

    private void tell(PoolFact fact) {
        file.append(fact);
        done++;
    }

    /** For one fact more, and for the end of that lease and of each that is live: an end always finds room. */
    private void makeRoom(long nowNanos) {
        int room = leases.size() + 2;
        if (file.hasRoomFor(room)) {
            return;
        }
        advanceTo(nowNanos);
        List<PoolFact> state = state();
        if (state.size() + room > file.mostFacts()) {
            throw new IllegalStateException(
                    "a shared pool has room for " + file.mostFacts() / 2 + " ports in use, over all destinations");
        }
        file.rewrite(state);
        generation = file.generation();
        done = file.count();
    }

    /** The facts from which another copy becomes like this one. */
    private List<PoolFact> state() {
        List<PoolFact> begun = new ArrayList<>();
        List<PoolFact> ends = new ArrayList<>();
        long latest = latestNanos();
        for (UsedPort use : inUse()) {
            PoolFact fact = Objects.requireNonNull(use.fact);
            begun.add(fact);
            if (use.isHeldElsewhere()) {
                ends.add(passedOver(fact, latest + use.nanosLeft(latest) - RECHECK_NANOS));
            } else if (!use.isLive()) {
                ends.add(released(fact, Release.ACTIVE_CLOSE, latest + use.nanosLeft(latest) - timeWaitNanos()));
            }
        }
        begun.sort(Comparator.comparingLong(PoolFact::lease));
        begun.addAll(ends);
        return begun;
    }

    private PoolFact released(PoolFact leased, Release how, long atNanos) {
        PoolFact.Kind kind = how == Release.ACTIVE_CLOSE ? PoolFact.Kind.LEFT_IN_TIME_WAIT : PoolFact.Kind.GIVEN_BACK;
        return PoolFact.of(kind, leased.process(), leased.lease(), atNanos, latestNanos());
    }

    private static PoolFact passedOver(PoolFact leased, long nanos) {
        return PoolFact.of(PoolFact.Kind.HELD_ELSEWHERE, leased.process(), leased.lease(), nanos, nanos);
    }
}
