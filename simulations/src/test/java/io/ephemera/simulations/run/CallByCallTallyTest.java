package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.agent.LeaseListener.Lease;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Kind;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.load.ConnectionPlan;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Users who were to open a number of connections and end them in a way, are told apart:")
class CallByCallTallyTest {

    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private static final ConnectionPlan ONE_PORT = new ConnectionPlan(1, Release.ACTIVE_CLOSE);

    private static final ScheduledUsers.Endpoints NOWHERE =
            new ScheduledUsers.Endpoints(List.of(), call -> 0, List.of());

    /** A user that has opened connections and ended them so; "OPEN" for one that it has kept. */
    private static VirtualUser user(long call, boolean refused, String... ends) {
        return user(call, 0, refused, ends);
    }

    private static VirtualUser user(long call, long dueNanos, boolean refused, String... ends) {
        VirtualUser user = new VirtualUser(call, 1, 0, dueNanos, 0, REMOTE, null, false);
        VirtualTime time = new VirtualTime(
                new Rules(
                        new PortPool(new PortRange(2_000, 2_009), 1, Scope.GLOBAL, SelectionOrder.sequential()),
                        1,
                        false,
                        false,
                        false,
                        1,
                        null),
                new ScheduledUsers(new Schedule(List.of(), 1), 1, NOWHERE, "", false),
                passed -> {},
                () -> {});
        for (String end : ends) {
            Lease lease = time.leased(REMOTE, user);
            if (!end.equals("OPEN")) {
                lease.ended(Release.valueOf(end), 0);
            }
        }
        if (refused) {
            time.refused(REMOTE, user);
        }
        time.close();
        return user;
    }

    @ParameterizedTest(name = "{0} connections to end by {1}, {2} refused, and there were {3}: {4}")
    @CsvSource(nullValues = "-", textBlock = """
            1, ACTIVE_CLOSE,  false, ACTIVE_CLOSE,               -
            2, ACTIVE_CLOSE,  false, ACTIVE_CLOSE ACTIVE_CLOSE,  -
            2, ACTIVE_CLOSE,  true,  ACTIVE_CLOSE,               -
            1, ACTIVE_CLOSE,  true,  '',                         -
            1, ACTIVE_CLOSE,  false, FAILED_CONNECT,             -
            0, -,             false, OPEN OPEN,                  -
            1, ACTIVE_CLOSE,  false, ACTIVE_CLOSE ACTIVE_CLOSE,  MORE_CONNECTIONS
            2, ACTIVE_CLOSE,  false, ACTIVE_CLOSE,               FEWER_CONNECTIONS
            1, ACTIVE_CLOSE,  false, PASSIVE_CLOSE,              CLOSED_BY_TARGET
            1, PASSIVE_CLOSE, false, ACTIVE_CLOSE,               CLOSED_BY_CLIENT
            1, ACTIVE_CLOSE,  false, ABORT,                      RESET
            1, ABORT,         false, ACTIVE_CLOSE,               NOT_RESET
            1, ABORT,         false, PASSIVE_CLOSE,              NOT_RESET
            0, -,             false, ACTIVE_CLOSE,               NOT_KEPT
            1, ACTIVE_CLOSE,  false, OPEN,                       LEFT_OPEN
            """)
    void kinds(int connections, @Nullable Release end, boolean refused, String ends, @Nullable Kind kind) {
        String[] all = ends.isEmpty() ? new String[0] : ends.split(" ", -1);
        CallByCallTally tally = new CallByCallTally(new ConnectionPlan(connections, end), null);
        tally.used(user(6, refused, all));
        assertEquals(
                kind == null ? List.of() : List.of(new Deviation(kind, 1, 7, connections, all.length)),
                tally.result().deviations(),
                () -> Arrays.toString(all));
    }

    @Test
    @DisplayName("with how many did each, and who was the first")
    void counted() {
        CallByCallTally tally = new CallByCallTally(ONE_PORT, null);
        tally.used(user(0, false, "ACTIVE_CLOSE"));
        tally.used(user(1, false, "ABORT"));
        tally.used(user(2, false, "ACTIVE_CLOSE", "ACTIVE_CLOSE", "ABORT"));
        tally.used(user(3, false, "ABORT"));
        assertEquals(
                List.of(new Deviation(Kind.MORE_CONNECTIONS, 1, 3, 1, 3), new Deviation(Kind.RESET, 2, 2, 1, 1)),
                tally.result().deviations());
    }

    @ParameterizedTest(
            name = "with one port and a TIME_WAIT of 10 ns, calls at 0, 5 and 10 ns of which {0} went well: {1}")
    @CsvSource(nullValues = "-", textBlock = """
            yes no yes,  -
            no no yes,   '1 different, first call 1 at 0.0: ok exhausted'
            yes yes yes, '1 different, first call 2 at 5.0E-9: exhausted ok'
            yes yes no,  '2 different, first call 2 at 5.0E-9: exhausted ok'
            yes no no,   '1 different, first call 3 at 1.0E-8: ok exhausted'
            """)
    void found(String wentWell, @Nullable String different) {
        CallByCallTally tally = new CallByCallTally(
                ONE_PORT,
                new PortTimeline(
                        new PortPool(new PortRange(2_000, 2_000), 10, Scope.GLOBAL, SelectionOrder.sequential())));
        String[] calls = wentWell.split(" ", -1);
        for (int call = 0; call < calls.length; call++) {
            boolean ok = calls[call].equals("yes");
            tally.found(user(call, 5L * call, !ok, ok ? new String[] {"ACTIVE_CLOSE"} : new String[0]));
        }
        CallByCall.Difference first = tally.result().first();
        assertEquals(
                different,
                first == null
                        ? null
                        : tally.result().different() + " different, first call " + first.call() + " at "
                                + first.seconds() + ": " + first.planned() + " " + first.measured());
    }
}
