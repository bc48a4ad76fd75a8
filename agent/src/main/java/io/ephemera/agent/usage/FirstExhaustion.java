package io.ephemera.agent.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first connect that was refused for want of a port.
 *
 * @param afterSeconds modelled seconds since the start
 * @param destination where it wanted to go; {@code null} for a bind to port 0
 * @param live ports of live connections then
 * @param timeWait ports in TIME_WAIT then
 * @param thread the thread that saw the exception
 * @param stack its stack, innermost frame first
 */
public record FirstExhaustion(
        double afterSeconds, @Nullable String destination, int live, int timeWait, String thread, List<String> stack) {

    /** Copies the stack. */
    public FirstExhaustion {
        stack = List.copyOf(stack);
    }

    /** What held the ports: live connections (a leak, a hanging target) or TIME_WAIT. */
    public boolean heldByLive() {
        return live > timeWait;
    }
}
