package io.ephemera.simulations.conformance;

import java.util.List;

/**
 * One row of the suite: limits, and a load that is the same on every stack. Calls are made one after the other by one thread, call
 * n of a phase at n / rate, and what became of the calls of a phase is one window; each is a connection of its own that carries one byte there and one back.
 */
enum Load {
    STAIRCASE(
            "a staircase across the threshold",
            limits(1000, "2s", "destination"),
            calls(phase(300, 2.1), phase(400, 2.1), phase(480, 2.1), phase(520, 2.1), phase(600, 2.1))),
    // Ports run out at 2.67 s and the first comes back at 4 s. Phases begin and end between, when no call succeeds:
    // what
    // they hold does not hang on when exactly they do.
    SATURATION(
            "saturation, from empty",
            limits(2000, "4s", "destination"),
            calls(phase(750, 3.333), phase(750, 4), phase(750, 4), phase(750, 4))),
    BURST("a burst from empty", limits(1000, "20s", "destination"), calls(phase(1e6, 1500 / 1e6))),
    SERVER_FIRST(
            "the server closes first",
            limits(500, "20s", "destination").closedBy(Closer.SERVER),
            calls(phase(1000, 3))),
    ABORT(
            "the client closes by a RST (SO_LINGER 0)",
            limits(500, "20s", "destination").closedBy(Closer.ABORT),
            calls(phase(1000, 3))),
    DESTINATIONS(
            "three destinations, connect()", limits(300, "20s", "destination").to(3), calls(phase(1e6, 1200 / 1e6))),
    // tw_reuse does not apply to bind(0), so the kernel's plain TIME_WAIT is what there is.
    BIND_ZERO(
            "three destinations, bind(0) before connect(), plain TIME_WAIT",
            limits(300, "61050ms", "global").to(3).boundToZero(),
            calls(phase(10, 49), phase(10, 61), phase(10, 61), phase(10, 61))),
    HELD_ELSEWHERE(
            "ten ports held by others",
            limits(500, "20s", "destination").heldByOthers(10),
            calls(phase(1e6, 700 / 1e6))),
    GIVEN_PORT(
            "explicit bind of a port in TIME_WAIT",
            limits(500, "20s", "global").boundToOnePort(),
            calls(phase(1e6, 10 / 1e6)));

    /** Who sends the first FIN. */
    enum Closer {
        CLIENT,
        SERVER,
        ABORT
    }

    /** Where the local port of a call comes from. */
    enum LocalPort {
        CONNECT,
        BIND_ZERO,
        BIND_ONE
    }

    static final int FIRST_PORT = 20_000;

    final String sentence;

    @SuppressWarnings("ImmutableEnumChecker") // A record of values.
    final Limits limits;

    @SuppressWarnings("ImmutableEnumChecker") // A copy.
    final List<Phase> phases;

    Load(String sentence, Limits limits, List<Phase> phases) {
        this.sentence = sentence;
        this.limits = limits;
        this.phases = phases;
    }

    /** The range, as in settings. */
    String range() {
        return FIRST_PORT + "-" + (FIRST_PORT + limits.ports - 1);
    }

    /** Whether calls come one right after the other. */
    boolean isBurst() {
        return phases.get(0).callsPerSecond >= 1e6;
    }

    record Phase(double callsPerSecond, double seconds) {
        long calls() {
            return Math.round(callsPerSecond * seconds);
        }
    }

    record Limits(
            int ports,
            String hold,
            String scope,
            Closer closer,
            LocalPort localPort,
            int destinations,
            int heldByOthers) {

        Limits closedBy(Closer other) {
            return new Limits(ports, hold, scope, other, localPort, destinations, heldByOthers);
        }

        Limits to(int others) {
            return new Limits(ports, hold, scope, closer, localPort, others, heldByOthers);
        }

        Limits boundToZero() {
            return new Limits(ports, hold, scope, closer, LocalPort.BIND_ZERO, destinations, heldByOthers);
        }

        Limits boundToOnePort() {
            return new Limits(ports, hold, scope, closer, LocalPort.BIND_ONE, destinations, heldByOthers);
        }

        Limits heldByOthers(int held) {
            return new Limits(ports, hold, scope, closer, localPort, destinations, held);
        }
    }

    private static Limits limits(int ports, String hold, String scope) {
        return new Limits(ports, hold, scope, Closer.CLIENT, LocalPort.CONNECT, 1, 0);
    }

    private static Phase phase(double callsPerSecond, double seconds) {
        return new Phase(callsPerSecond, seconds);
    }

    private static List<Phase> calls(Phase... phases) {
        return List.of(phases);
    }
}
