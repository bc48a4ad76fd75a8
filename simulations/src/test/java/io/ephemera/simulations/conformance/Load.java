package io.ephemera.simulations.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of the suite: limits, and a load that is the same on every stack. Calls are made one after the other by one thread, call
 * n of a phase at n / rate, and what became of the calls of a phase is one window; each is a connection of its own that carries one byte there and one back.
 */
enum Load {
    STAIRCASE(
            "a staircase across the threshold",
            1000,
            "2s",
            Connects.PLAINLY,
            1,
            phases(300, 2.1, 400, 2.1, 480, 2.1, 520, 2.1, 600, 2.1)),
    // Ports run out at 2.67 s and the first comes back at 4 s. Phases begin and end between, when no call succeeds:
    // what they
    // hold does not hang on when exactly they do.
    SATURATION("saturation, from empty", 2000, "4s", Connects.PLAINLY, 1, phases(750, 3.333, 750, 4, 750, 4, 750, 4)),
    BURST("a burst from empty", 1000, "20s", Connects.PLAINLY, 1, burst(1500)),
    SERVER_FIRST("the server closes first", 500, "20s", Connects.SERVER_CLOSES, 1, phases(1000, 3)),
    ABORT("the client closes by a RST (SO_LINGER 0)", 500, "20s", Connects.ABORTED, 1, phases(1000, 3)),
    DESTINATIONS("three destinations, connect()", 300, "20s", Connects.PLAINLY, 3, burst(1200)),
    // tw_reuse does not apply to bind(0), so the kernel's plain TIME_WAIT is what there is.
    BIND_ZERO(
            "three destinations, bind(0) before connect(), plain TIME_WAIT",
            300,
            "61050ms",
            Connects.BOUND_TO_ZERO,
            3,
            phases(10, 49, 10, 61, 10, 61, 10, 61)),
    HELD_ELSEWHERE("ten ports held by others", 500, "20s", Connects.BESIDE_OTHERS, 1, burst(700)),
    GIVEN_PORT("explicit bind of a port in TIME_WAIT", 500, "20s", Connects.BOUND_TO_ONE, 1, burst(10));

    /** What is special about the connections, if anything is. */
    enum Connects {
        PLAINLY,
        SERVER_CLOSES,
        ABORTED,
        BOUND_TO_ZERO,
        BOUND_TO_ONE,
        /** Who hold the first ten ports of the range. */
        BESIDE_OTHERS
    }

    static final int FIRST_PORT = 20_000;

    private static final double AT_ONCE = 1e6;

    final String sentence;
    final int ports;
    final String hold;
    final Connects connects;
    final int destinations;

    @SuppressWarnings("ImmutableEnumChecker") // A copy.
    final List<Phase> phases;

    Load(String sentence, int ports, String hold, Connects connects, int destinations, List<Phase> phases) {
        this.sentence = sentence;
        this.ports = ports;
        this.hold = hold;
        this.connects = connects;
        this.destinations = destinations;
        this.phases = phases;
    }

    /** The range, as in settings. */
    String range() {
        return FIRST_PORT + "-" + (FIRST_PORT + ports - 1);
    }

    /** As in settings: where the program binds a port, it is taken for all. */
    String scope() {
        return connects == Connects.BOUND_TO_ZERO || connects == Connects.BOUND_TO_ONE ? "global" : "destination";
    }

    /** Ports of the range that others hold, the first of it. */
    int heldByOthers() {
        return connects == Connects.BESIDE_OTHERS ? 10 : 0;
    }

    /** Whether calls come one right after the other. */
    boolean isBurst() {
        return phases.get(0).callsPerSecond >= AT_ONCE;
    }

    record Phase(double callsPerSecond, double seconds) {
        long calls() {
            return Math.round(callsPerSecond * seconds);
        }
    }

    private static List<Phase> phases(double... ratesAndSeconds) {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < ratesAndSeconds.length; i += 2) {
            phases.add(new Phase(ratesAndSeconds[i], ratesAndSeconds[i + 1]));
        }
        return List.copyOf(phases);
    }

    private static List<Phase> burst(int calls) {
        return List.of(new Phase(AT_ONCE, calls / AT_ONCE));
    }
}
