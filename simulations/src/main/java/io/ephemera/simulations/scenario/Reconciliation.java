package io.ephemera.simulations.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ledger of a migration against what the service received. It closes if, of each call, ok ≤ received ≤ ok + in doubt.
 *
 * @param ok calls that were answered
 * @param received calls that the service received
 * @param inDoubt the calls of which the migration does not know whether they arrived, each with what the service knows of it
 * @param discrepancies where it does not close, one sentence each
 */
record Reconciliation(long ok, long received, SortedMap<Long, Boolean> inDoubt, List<String> discrepancies) {

    static Reconciliation of(Ledger.Sums ledger, Map<Long, Integer> received) {
        TreeMap<Long, Boolean> inDoubt = new TreeMap<>();
        List<String> discrepancies = new ArrayList<>();
        TreeSet<Long> calls = new TreeSet<>(ledger.ok().keySet());
        calls.addAll(ledger.inDoubt().keySet());
        calls.addAll(received.keySet());
        long ok = 0;
        long all = 0;
        for (long call : calls) {
            int answered = ledger.ok().getOrDefault(call, 0);
            int doubtful = ledger.inDoubt().getOrDefault(call, 0);
            int seen = received.getOrDefault(call, 0);
            ok += answered;
            all += seen;
            if (doubtful > 0) {
                inDoubt.put(call, seen > answered);
            }
            if (seen < answered || seen > answered + doubtful) {
                discrepancies.add(String.format(
                        Locale.ROOT,
                        "call %d was answered %d times and is in doubt %d times, but the service received it %d times",
                        call,
                        answered,
                        doubtful,
                        seen));
            }
        }
        return new Reconciliation(ok, all, inDoubt, List.copyOf(discrepancies));
    }

    boolean closes() {
        return discrepancies.isEmpty();
    }
}
