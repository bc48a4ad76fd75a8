package io.ephemera.agent.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.CrmClient;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On virtual time: connections come and go without sockets, and a enforced that nobody connects under stands by. */
@DisplayName("Port usage")
class PortUsageTest {

    private final AtomicLong clockNanos = new AtomicLong(1);
    private final EnforcedLimits limits = new EnforcedLimits(
            new PortPool(new PortRange(1024, 5000), seconds(240), Scope.GLOBAL, SelectionOrder.sequential()),
            clockNanos::get,
            remote -> false,
            "refused",
            "refused");
    private final PortUsage usage = new PortUsage(limits, 1, new CallSites(List.of()));
    private final EnforcedPool enforced;

    PortUsageTest() throws Exception {
        enforced = PortHook.install().enforce(limits, usage);
    }

    @AfterEach
    void end() {
        enforced.close();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private void pass(Duration time) {
        clockNanos.addAndGet(time.toNanos());
    }

    private static RemoteEndpoint remote(String host, int lastByte, int port) throws IOException {
        return new RemoteEndpoint(InetAddress.getByAddress(host, new byte[] {10, 0, 0, (byte) lastByte}), port);
    }

    private void open(RemoteEndpoint remote, Release how) {
        usage.leased(remote, null).ended(how, 1);
    }

    private UsageReport report() {
        return usage.report(enforced);
    }

    @Test
    @DisplayName("names a destination as the application does, and counts what becomes of its connections to the unit")
    void destinations() throws Exception {
        RemoteEndpoint crm = remote("crm", 1, 443);
        RemoteEndpoint billing = remote("", 2, 80);
        CrmClient.push(() -> {
            open(crm, Release.ACTIVE_CLOSE);
            open(crm, Release.PASSIVE_CLOSE);
            open(crm, Release.ABORT);
            usage.leased(crm, null);
            open(billing, Release.ACTIVE_CLOSE);
        });
        pass(Duration.ofSeconds(239));
        List<UsageReport.Destination> rows = report().destinations();
        assertEquals(
                List.of(
                        new UsageReport.Destination(
                                "crm:443", new Uses(4, 1, 2, 0, 3), 1, 1, 1, UsageReport.Requests.UNKNOWN),
                        new UsageReport.Destination(
                                "10.0.0.2:80", new Uses(1, 1, 0, 0, 1), 1, 1, 1, UsageReport.Requests.UNKNOWN)),
                rows);
        assertEquals(1, rows.get(0).uses().live());
        assertEquals(2, rows.get(0).uses().burned());
        pass(Duration.ofSeconds(1));
        assertEquals(0, report().destinations().get(0).timeWait());
        assertEquals(1, report().destinations().get(0).peakTimeWait());
    }

    @ParameterizedTest(name = "{0} connections")
    @ValueSource(ints = {1_000, 10_000, 40_000, 400_000})
    @DisplayName("tells two call sites that burn ports 90 to 10 within 1 %, however many connections there are")
    void ninetyToTen(int connections) throws Exception {
        RemoteEndpoint crm = remote("crm", 1, 443);
        for (int i = 0; i < connections; i++) {
            if (i % 10 == 0) {
                CrmClient.pull(() -> open(crm, Release.ACTIVE_CLOSE));
            } else {
                CrmClient.push(() -> open(crm, Release.ACTIVE_CLOSE));
            }
        }
        UsageReport.Openers openers = report().openers();
        assertEquals(connections > PortUsage.EXACT, openers.sampled());
        UsageReport.Opener top = openers.rows().get(0);
        assertEquals("CrmClient.push -> crm:443", top.toString());
        assertEquals(0.9, openers.burnedShare(top), connections > PortUsage.EXACT ? 0.01 : 1e-9);
        assertEquals(0.1, openers.burnedShare(openers.rows().get(1)), connections > PortUsage.EXACT ? 0.01 : 1e-9);
        assertTrue(top.stack().stream().anyMatch(frame -> frame.startsWith("com.acme.CrmClient.push(")));
    }

    @Test
    @DisplayName("does not blame a call site whose ports come back with the connection")
    void notBurned() throws Exception {
        RemoteEndpoint crm = remote("crm", 1, 443);
        CrmClient.pull(() -> {
            for (int i = 0; i < 100; i++) {
                open(crm, Release.PASSIVE_CLOSE);
            }
        });
        assertTrue(report().openers().top().isEmpty());
        CrmClient.push(() -> open(crm, Release.ACTIVE_CLOSE));
        UsageReport.Opener top = report().openers().top().orElseThrow();
        assertEquals("CrmClient.push -> crm:443", top.toString());
        assertEquals(1.0, report().openers().burnedShare(top));
    }

    @Test
    @DisplayName("keeps a bounded number of destinations and openers, and counts the rest together")
    void bounded() throws Exception {
        int connections = 3 * PortUsage.MOST_DESTINATIONS;
        for (int i = 0; i < connections; i++) {
            RemoteEndpoint remote = remote("host-" + i, i % 100, 1 + i);
            CrmClient.push(() -> open(remote, Release.ACTIVE_CLOSE));
        }
        UsageReport report = report();
        assertEquals(PortUsage.MOST_DESTINATIONS, report.destinations().size());
        assertEquals(
                connections,
                report.destinations().stream()
                        .mapToLong(each -> each.uses().opened())
                        .sum());
        UsageReport.Destination others = report.destinations().get(PortUsage.MOST_DESTINATIONS - 1);
        assertEquals("others", others.name());
        assertEquals(connections - (PortUsage.MOST_DESTINATIONS - 1), others.timeWait());
        assertEquals("CrmClient.push -> others", report.openers().rows().get(0).toString());
    }

    @Test
    @DisplayName("names a library and its thread where no frame of the application is on the stack")
    void library() throws Exception {
        RemoteEndpoint crm = remote("crm", 1, 443);
        Thread thread = new Thread(() -> usage.leased(crm, null).ended(Release.ACTIVE_CLOSE, 1), "pool-3-thread-17");
        thread.start();
        thread.join();
        assertEquals(
                "the JDK on thread \"pool-*-thread-*\" -> crm:443",
                report().openers().rows().get(0).toString());
    }

    @Test
    @DisplayName("keeps the first refusal with its stack, and no later one")
    void firstExhaustion() throws Exception {
        assertNull(report().firstExhaustion());
        RemoteEndpoint crm = remote("crm", 1, 443);
        pass(Duration.ofSeconds(189));
        CrmClient.push(() -> usage.refused(crm, null));
        pass(Duration.ofSeconds(1));
        CrmClient.pull(() -> usage.refused(null, null));
        UsageReport.FirstRefusal first = report().firstExhaustion();
        assertNotNull(first);
        assertEquals(189, first.afterSeconds(), 1e-9);
        assertEquals("crm:443", first.destination());
        assertTrue(first.stack().get(0).contains("CrmClient")
                || first.stack().get(1).contains("CrmClient"));
    }

    @Test
    @DisplayName("forecasts the failure of 21 connections/s over the ports of windows-2003 after 189 s")
    void forecast() {
        assertEquals(16.571, at(21, 1000, 0, 0).thresholdConnectionsPerSecond(), 0.001);
        assertEquals(189.38, at(21, 1000, 0, 0).secondsToFirstExhaustion(), 0.01);
        assertFalse(at(16.5, 1000, 0, 0).fails());
        assertTrue(Double.isInfinite(at(1e6, 0, 1000, 0).thresholdConnectionsPerSecond()));
        assertEquals(2 * 16.571, at(21, 500, 500, 0).thresholdConnectionsPerSecond(), 0.001);
        // What is open is taken too: 3,977 ports for 10 s each, and nothing comes back before.
        assertEquals(397.7, at(500, 0, 1000, 10).thresholdConnectionsPerSecond(), 1e-9);
        assertEquals(3977 / 500.0, at(500, 0, 1000, 10).secondsToFirstExhaustion(), 1e-9);
        // At 40/s 400 are open, and then half of each second's stay in TIME_WAIT.
        assertEquals(10 + 3577 / 20.0, at(40, 500, 500, 10).secondsToFirstExhaustion(), 1e-9);
    }

    private static UsageForecast at(double perSecond, long active, long atOnce, double lifeSeconds) {
        return UsageForecast.of(perSecond, new Uses(active + atOnce, active, atOnce, 0, 0), 3977, lifeSeconds, 240);
    }

    @Test
    @DisplayName("reads as the one line that people ask for")
    void headline() throws Exception {
        RemoteEndpoint crm = remote("crm", 1, 443);
        CrmClient.push(() -> open(crm, Release.ACTIVE_CLOSE));
        UsageReport now = report();
        UsageReport at21 = new UsageReport(
                now.elapsedSeconds(),
                now.pool(),
                now.peakTimeWait(),
                new LeaseCounts(1, 1, 0, 0, 0, Map.of(Release.ACTIVE_CLOSE, 1L)),
                now.destinations(),
                now.openers(),
                now.firstExhaustion(),
                new UsageReport.Outlook(at(21, 1, 0, 0), now.outlook().busiest(), 0));
        assertEquals(
                "at 21.0 connections/s this application fails in 189 s: 3,977 ports allow 16.6/s; 100 % of its ports are"
                        + " burned by CrmClient.push -> crm:443",
                ReportText.headline(at21));
    }
}
