package io.ephemera.ports;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of the processes that share a {@link SharedPortPool}.
 *
 * @param pid its process id, as it sees it itself; 0 for those that have ended, together
 * @param name what it runs
 * @param live ports of its open connections
 * @param timeWait ports that it left in TIME_WAIT
 * @param opened connections of it that got a port
 * @param refused connects of it that found none free
 */
public record PoolProcess(long pid, String name, int live, int timeWait, long opened, long refused) {

    /** Whether it stands for those that have ended. */
    public boolean isEnded() {
        return pid == 0;
    }

    /** Those of a file, with the uses of ports that each has. */
    static List<PoolProcess> all(List<PoolFile.Row> rows, List<UsedPort> uses) {
        Map<Long, int[]> byProcess = new HashMap<>();
        rows.forEach(row -> byProcess.put(row.process(), new int[2]));
        int[] ended = Objects.requireNonNull(byProcess.get(PoolFile.ENDED));
        for (UsedPort use : uses) {
            if (!use.isHeldElsewhere()) {
                long process = Objects.requireNonNull(use.fact).process();
                byProcess.getOrDefault(process, ended)[use.isLive() ? 0 : 1]++;
            }
        }
        return rows.stream()
                .map(row -> of(row, Objects.requireNonNull(byProcess.get(row.process()))))
                .filter(each -> !each.isEnded() || each.opened() + each.refused() > 0)
                .toList();
    }

    private static PoolProcess of(PoolFile.Row row, int[] ports) {
        return new PoolProcess(row.pid(), row.name(), ports[0], ports[1], row.opened(), row.refused());
    }
}
