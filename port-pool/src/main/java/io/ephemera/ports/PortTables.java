package io.ephemera.ports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has taken which ports of a {@link PortPool}: a table for each destination or local address, and one for what is taken for
 * all of them.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class PortTables {

    /** With so many tables, those whose ports nobody uses are forgotten, and with them where they go on in the range. */
    private static final int MANY = 1_024;

    private final Scope scope;
    private final int ports;
    private int most = MANY;
    /**
     * Ports taken for all destinations: every one under {@link Scope#GLOBAL}; what was bound before the connect under {@link
     * Scope#DESTINATION}, where its free ports are those that no destination uses.
     */
    private final PortTable any;

    private final BitSet takenForAll;
    private final int[] destinationsUsing;
    /** None under {@link Scope#GLOBAL}. */
    private final List<PortTable> tables = new ArrayList<>();

    /** By remote endpoint, or by local address where the port was bound before the destination was known. */
    private final Map<Object, PortTable> byKey = new HashMap<>();

    PortTables(Scope scope, int ports) {
        this.scope = scope;
        this.ports = ports;
        takenForAll = new BitSet(ports);
        any = new PortTable(null, ports, takenForAll);
        destinationsUsing = new int[scope == Scope.DESTINATION ? ports : 0];
    }

    PortTable any() {
        return any;
    }

    /** @param remote the destination; {@code null} where the key is a local address */
    PortTable of(Object key, @Nullable RemoteEndpoint remote) {
        if (scope == Scope.GLOBAL) {
            return any;
        }
        PortTable table = byKey.get(key);
        if (table == null) {
            if (tables.size() >= most) {
                forgetUnused();
            }
            table = new PortTable(remote, ports, takenForAll);
            tables.add(table);
            byKey.put(key, table);
        }
        return table;
    }

    /** The one with the fewest free ports; that of all destinations where none is known. */
    PortTable fullest() {
        return tables.stream()
                .min(Comparator.comparingInt(PortTable::freeCount))
                .orElse(any);
    }

    /** Not again before there are twice as many, so that it costs little by destination. */
    private void forgetUnused() {
        byKey.values().removeIf(PortTable::isUnused);
        tables.removeIf(PortTable::isUnused);
        most = Math.max(MANY, 2 * tables.size());
    }

    void take(int index, PortTable table) {
        table.take(index);
        table.live++;
        if (table != any) {
            if (destinationsUsing[index]++ == 0) {
                any.take(index);
            }
            return;
        }
        takenForAll.set(index);
        // An iterator would be an object for each bind.
        for (int t = 0; t < tables.size(); t++) {
            tables.get(t).take(index);
        }
    }

    void giveBack(int index, PortTable table) {
        table.giveBack(index);
        if (table != any) {
            if (--destinationsUsing[index] == 0) {
                any.giveBack(index);
            }
            return;
        }
        takenForAll.clear(index);
        for (int t = 0; t < tables.size(); t++) {
            tables.get(t).giveBack(index);
        }
    }

    /** Over all destinations. */
    int live() {
        return any.live + tables.stream().mapToInt(table -> table.live).sum();
    }

    /** One for each destination; one for all where there is none. */
    List<PoolSnapshot.Row> rows(ArrayDeque<UsedPort> waiting, long nowNanos) {
        findOldestExpiries(waiting, nowNanos);
        return tables.isEmpty()
                ? List.of(row(any))
                : tables.stream().map(this::row).toList();
    }

    /** What is taken for all destinations is taken for each of them. */
    private PoolSnapshot.Row row(PortTable table) {
        boolean all = table == any;
        return new PoolSnapshot.Row(
                table.remote,
                table.freeCount(),
                table.live + (all ? 0 : any.live),
                table.timeWait + (all ? 0 : any.timeWait),
                table.heldElsewhere + (all ? 0 : any.heldElsewhere),
                Math.min(table.nanosToOldestExpiry, any.nanosToOldestExpiry));
    }

    private void findOldestExpiries(ArrayDeque<UsedPort> waiting, long nowNanos) {
        any.nanosToOldestExpiry = PoolSnapshot.Row.NONE;
        tables.forEach(table -> table.nanosToOldestExpiry = PoolSnapshot.Row.NONE);
        int unknown = tables.size() + 1;
        for (UsedPort use : waiting) {
            if (use.table().nanosToOldestExpiry == PoolSnapshot.Row.NONE) {
                use.table().nanosToOldestExpiry = use.nanosLeft(nowNanos);
                unknown--;
                if (unknown == 0) {
                    break;
                }
            }
        }
    }
}
