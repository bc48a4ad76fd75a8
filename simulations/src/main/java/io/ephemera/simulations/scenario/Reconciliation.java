package io.ephemera.simulations.scenario;

import io.ephemera.simulations.scenario.Ledger.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ledger of a migration against what the service received. It closes if, of each call, ok ≤ received ≤ ok + in doubt.
 *
 * @param ok calls that were answered
 * @param received calls that the service received
 * @param inDoubt the calls of which the migration does not know whether they arrived, each with what the service knows of it
 * @param discrepancies where it does not close, one sentence each
 */
record Reconciliation(long ok, long received, SortedMap<Long, Boolean> inDoubt, List<String> discrepancies) {

    static Reconciliation of(SortedMap<Long, Map<Entry, Integer>> calls) {
        SortedMap<Long, Boolean> inDoubt = new TreeMap<>();
        List<String> discrepancies = new ArrayList<>();
        long allOk = 0;
        long allReceived = 0;
        for (Map.Entry<Long, Map<Entry, Integer>> call : calls.entrySet()) {
            int ok = call.getValue().getOrDefault(Entry.OK, 0);
            int received = call.getValue().getOrDefault(Entry.RECEIVED, 0);
            // Sent and not answered: the migration does not know whether they have arrived.
            int doubtful = call.getValue().getOrDefault(Entry.STARTED, 0)
                    - ok
                    - call.getValue().getOrDefault(Entry.NOT_SENT, 0);
            allOk += ok;
            allReceived += received;
            if (doubtful > 0) {
                inDoubt.put(call.getKey(), received > ok);
            }
            if (received < ok || received > ok + doubtful) {
                discrepancies.add("call " + call.getKey() + " was answered " + ok + " times and is in doubt " + doubtful
                        + " times, but the service received it " + received + " times");
            }
        }
        return new Reconciliation(allOk, allReceived, inDoubt, List.copyOf(discrepancies));
    }

    boolean closes() {
        return discrepancies.isEmpty();
    }
}
