package io.ephemera.ports;

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
}
