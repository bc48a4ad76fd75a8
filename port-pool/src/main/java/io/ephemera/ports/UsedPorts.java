package io.ephemera.ports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a {@link PortPool} that are not free.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class UsedPorts {

    /** In the order in which they expire, as are the next ones. */
    final ArrayDeque<UsedPort> waiting = new ArrayDeque<>();

    final ArrayDeque<UsedPort> heldElsewhere = new ArrayDeque<>();

    /** By slot, those that have ended among them. */
    private final List<UsedPort> slots = new ArrayList<>();

    private final ArrayDeque<UsedPort> ended = new ArrayDeque<>();

    /** Empty but while a close is told late. */
    private final ArrayDeque<UsedPort> movedBack = new ArrayDeque<>();

    /** Begins a lease; returns its name. */
    long begin(int index, PortTable table) {
        UsedPort use = ended.pollLast();
        if (use == null) {
            use = new UsedPort(slots.size(), table);
            slots.add(use);
        }
        return use.begin(table, index);
    }

    void end(UsedPort use) {
        ended.addLast(use);
    }

    /** The use that a lease names; {@code null} if it has ended. */
    @Nullable
    UsedPort live(long lease) {
        int slot = UsedPort.slot(lease);
        return slot >= 0 && slot < slots.size() && slots.get(slot).isLive(lease) ? slots.get(slot) : null;
    }

    /** Those of all leases. */
    List<UsedPort> live() {
        List<UsedPort> live = new ArrayList<>(slots);
        live.removeIf(use -> !use.isLive());
        return live;
    }

    /**
     * TIME_WAIT has one length, so they are told nearly in the order in which they expire: one that is told late is put before the
     * few that expire after it.
     */
    void addToWaiting(UsedPort use) {
        while (!waiting.isEmpty() && waiting.getLast().expiresAfter(use)) {
            movedBack.addFirst(waiting.removeLast());
        }
        waiting.addLast(use);
        while (!movedBack.isEmpty()) {
            waiting.addLast(movedBack.removeFirst());
        }
    }
}
