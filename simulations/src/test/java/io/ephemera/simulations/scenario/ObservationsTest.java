package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.simulations.scenario.Polls.Rhythm;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a scenario observes")
class ObservationsTest {

    @ParameterizedTest(
            name = "of resets at {2} s among {1} calls/s {0}, with a TIME_WAIT of {3} s: they help for {4} s")
    @CsvSource({
        "++++---++++--+++---, 2, 3 6, 60, 2.0 1.5",
        // Of calls that succeed now and then only the longest run counts as help.
        "+++--+-+++++-+--, 1, 4, 60, 5.0",
        // What comes back by itself after a TIME_WAIT is not the reset's.
        "++--++---+++++++, 1, 3.5, 5, 2.0",
        // A reset that helps nobody, and one that nothing follows to the end.
        "++------, 1, 3, 60, 0.0",
        "++--++++, 1, 4, 60, 4.0"
    })
    void resets(String calls, double callsPerSecond, String resets, double timeWait, String helped) {
        BitSet ok = new BitSet();
        IntStream.range(0, calls.length()).forEach(call -> ok.set(call, calls.charAt(call) == '+'));
        assertEquals(
                numbers(helped),
                BandAidScript.helpedSeconds(ok, calls.length(), callsPerSecond, numbers(resets), timeWait));
    }

    private static List<Double> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
    }

    @Test
    @DisplayName("of polls: a device is seen only if its poll had all connections")
    void partialPolls() {
        // Two devices, polled every 10 s over two connections: calls are due every 2.5 s.
        BitSet ok = new BitSet();
        ok.set(0, 12);
        // Device 1 has one of its two connections in the second round.
        ok.clear(7);
        Polls polls = Polls.of(new Rhythm(2, 2, 10), ok, 12);
        assertEquals(10, polls.blackoutSeconds());
        assertEquals(List.of(10.0, 20.0), polls.unseenSeconds());
        assertEquals(20, polls.longestUnseenSeconds());
        assertEquals(15, polls.meanUnseenSeconds());
        assertEquals(1, polls.mostDark());
    }

    @ParameterizedTest(name = "of TIME_WAIT: {0} of 1,000 ports is {1}")
    @CsvSource({
        "0, no port exhaustion: 0 % of the ports",
        "599, no port exhaustion: 60 % of the ports",
        "600, 'no port exhaustion, but near: 60 % of the ports'",
        "800, 'no port exhaustion, but near: 80 % of the ports'",
        "989, 'no port exhaustion, but near: 99 % of the ports'",
        "990, port exhaustion: no free port",
        "1000, port exhaustion: no free port"
    })
    void verdicts(int inTimeWait, String verdict) {
        assertEquals(verdict, new NetstatRow(1, List.of(0), 0, List.of(inTimeWait)).verdict(1000));
        assertEquals(verdict, new NetstatRow(1, List.of(inTimeWait), 0, List.of()).verdict(1000));
    }

    @Test
    @DisplayName("of TIME_WAIT is shown by endpoint, on the model and in the system's table")
    void line() {
        List<String> endpoints = List.of("127.0.0.1:81", "127.0.0.1:82");
        assertEquals(
                "TIME_WAIT: 127.0.0.1:81 600 (netstat 599), 127.0.0.1:82 201 (netstat 200) of 1,000: no port exhaustion,"
                        + " but near: 80 % of the ports",
                new NetstatRow(1, List.of(600, 201), 801, List.of(599, 200)).line(endpoints, 1000));
        assertEquals(
                "TIME_WAIT: 127.0.0.1:81 3, 127.0.0.1:82 1 of 1,000: no port exhaustion: 0 % of the ports",
                new NetstatRow(1, List.of(3, 1), 4, List.of()).line(endpoints, 1000));
    }

    @ParameterizedTest(name = "of TIME_WAIT is taken as the median of several: of {0} it is {1}")
    @CsvSource({"9 1 3, 3", "4 2 1 8, 2", "'', 0"})
    void median(String values, int median) {
        List<NetstatRow> rows = values.isEmpty()
                ? List.of()
                : Arrays.stream(values.split(" "))
                        .map(value -> new NetstatRow(1, List.of(), Integer.parseInt(value), List.of()))
                        .toList();
        assertEquals(median, NetstatRow.median(rows, NetstatRow::pool));
    }
}
