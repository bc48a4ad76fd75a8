package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What resets bring is told from which calls succeed:")
class ReliefTest {

    private static BitSet calls(String ok) {
        BitSet bits = new BitSet();
        for (int call = 0; call < ok.length(); call++) {
            bits.set(call, ok.charAt(call) == '+');
        }
        return bits;
    }

    private static Relief relief(String ok, double callsPerSecond, List<Double> resets, double timeWaitSeconds) {
        return Relief.of(calls(ok), ok.length(), callsPerSecond, resets, timeWaitSeconds);
    }

    @Test
    @DisplayName("the time to the first failure, how long each reset helps, and how many calls failed")
    void each() {
        assertEquals(
                new Relief(4 / 2.0, List.of(4 / 2.0, 3 / 2.0), 8),
                relief("++++---++++--+++---", 2, List.of(3.0, 6.0), 60));
    }

    @Test
    @DisplayName("of calls that succeed now and then only the longest run counts as help")
    void longestRun() {
        assertEquals(
                List.of(5.0), relief("+++--+-+++++-+--", 1, List.of(4.0), 60).helpedSeconds());
    }

    @Test
    @DisplayName("what comes back by itself after a TIME_WAIT is not the reset's")
    void byItself() {
        assertEquals(
                List.of(2.0), relief("++--++---+++++++", 1, List.of(3.5), 5).helpedSeconds());
    }

    @Test
    @DisplayName("a reset that helps nobody helps for no time, and one that nothing follows to the end")
    void extremes() {
        assertEquals(List.of(0.0), relief("++------", 1, List.of(3.0), 60).helpedSeconds());
        assertEquals(List.of(4.0), relief("++--++++", 1, List.of(4.0), 60).helpedSeconds());
        assertEquals(new Relief(4, List.of(), 0), relief("++++", 1, List.of(), 60));
    }
}
