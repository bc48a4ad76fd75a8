package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.ProfileCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The planner of fleets")
class FleetPlannerTest {

    private static Fleet fleet(String profile, int instances, int addresses, @Nullable Integer portsEach) {
        CatalogueEntry entry = ProfileCatalogue.entry(profile);
        return new Fleet(
                entry,
                Objects.requireNonNullElse(entry.hold(), Duration.ofSeconds(60)),
                instances,
                addresses,
                portsEach);
    }

    private static FleetPlan plan(Fleet fleet, double rate, double busiest) {
        return FleetPlanner.plan(
                fleet, rate == 0 ? OptionalDouble.empty() : OptionalDouble.of(rate), busiest, CallCost.ONE_PORT);
    }

    @Test
    @DisplayName(
            "deals 64,000 ports of an address out among 22 instances: 2,909 each (Microsoft Learn, Use SNAT for outbound connections)")
    void dealtOut() {
        Fleet fleet = fleet("azure-lb-snat", 22, 1, null);
        assertEquals(OptionalInt.of(2_909), fleet.mostPortsEach());
        assertEquals(2_904, fleet.stepDown(2_909));
        assertEquals(1_024, fleet.portsEach());
    }

    @Test
    @DisplayName(
            "has 128 ports an instance, held for 240 s, carry 0.533 calls/s (Microsoft Learn, outbound connection errors in App Service)")
    void appService() {
        FleetPlan plan = plan(fleet("azure-app-service", 10, 1, null), 0, 1);
        assertEquals(128, plan.fleet().portsEach());
        assertEquals(128 / 240.0, plan.callsPerSecondEach());
        assertEquals(0.533, plan.callsPerSecondEach(), 5e-4);
        assertEquals(10 * 128 / 240.0, plan.callsPerSecondOfAll(), 1e-12);
    }

    @ParameterizedTest(name = "{0}: {1} instances, {2} addresses, {3} ports each: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "azure-lb-snat | 25 | 1 | 3200 | 25 x 3,200 = 80,000 ports, an address has 64,000: at most 2,560 each",
                "aks | 25 | 2 | 6000 | 25 x 6,000 = 150,000 ports, 2 addresses have 128,000: at most 5,120 each",
                "azure-lb-snat | 25 | 1 | 2500 | azure-lb-snat takes a multiple of 8, like 2,504",
                "gcp-cloud-nat-dynamic | 25 | 1 | 300 | gcp-cloud-nat-dynamic takes a power of two, like 512",
                "gcp-cloud-nat-dynamic | 25 | 1 | 4096 | 25 x 4,096 = 102,400 ports, an address has 64,512: at most 2,048 each",
                "azure-app-service | 25 | 1 | 512 | how many ports an instance gets can't be set on azure-app-service",
                "azure-nat-gateway | 25 | 17 | | azure-nat-gateway has at most 16 addresses, not 17",
                "azure-lb-snat | 0 | 1 | | instances and addresses are at least 1, not 0 and 1",
            })
    void refused(String profile, int instances, int addresses, @Nullable Integer ports, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> fleet(profile, instances, addresses, ports))
                        .getMessage());
    }

    @ParameterizedTest(name = "{0} instances of Azure''s load balancer have {1} ports each by default")
    @CsvSource({
        "1, 1024",
        "50, 1024",
        "51, 512",
        "100, 512",
        "101, 256",
        "200, 256",
        "201, 128",
        "400, 128",
        "401, 64",
        "800, 64",
        "801, 32",
        "1000, 32"
    })
    void defaults(int instances, int ports) {
        assertEquals(ports, fleet("azure-lb-snat", instances, 1, null).portsEach());
        assertEquals(ports, fleet("aks", instances, 1, null).portsEach());
    }

    @Test
    @DisplayName("knows no ports by default beyond the documented table")
    void beyondTheTable() {
        Fleet fleet = fleet("azure-lb-snat", 1_001, 2, null);
        assertEquals(
                "azure-lb-snat documents no ports by default for 1,001 instances",
                assertThrows(IllegalArgumentException.class, fleet::portsEach).getMessage());
        assertEquals(56, fleet("azure-lb-snat", 1_001, 2, 56).portsEach());
    }

    @Test
    @DisplayName(
            "needs 300 ports of Cloud NAT for 10 calls/s and 30 s, 512 with powers of two (Google Cloud, IP addresses and ports; release note of 2026-03-31)")
    void cloudNat() {
        FleetPlan each = plan(fleet("gcp-cloud-nat", 1, 1, null), 10, 1);
        assertEquals(300, each.portsNeeded());
        assertFalse(each.holds());
        assertEquals(300, each.changes().get(0).value());
        FleetPlan dynamic = plan(fleet("gcp-cloud-nat-dynamic", 1, 1, null), 10, 1);
        assertEquals(300, dynamic.portsNeeded());
        assertEquals(512, dynamic.changes().get(0).value());
        assertTrue(plan(fleet("gcp-cloud-nat", 1, 1, 300), 10, 1).holds());
        assertFalse(plan(fleet("gcp-cloud-nat", 1, 1, 299), 10, 1).holds());
    }

    @Test
    @DisplayName("offers the cheapest change first: ports an instance, keep-alive, addresses, a private endpoint")
    void changes() {
        FleetPlan within = plan(fleet("azure-lb-snat", 25, 2, null), 200, 2);
        // 200 / 25 x 2 x 240 s = 3,840 ports, a multiple of 8; 128,000 / 25 = 5,120.
        assertEquals(3_840, within.portsNeeded());
        assertEquals("MORE_PORTS_EACH=3840 REUSE_CONNECTIONS=4 PRIVATE_ENDPOINT=0", kinds(within));
        assertEquals(1_024 / 16.0, within.firstFailureSeconds().orElseThrow());
        FleetPlan beyond = plan(fleet("azure-lb-snat", 25, 1, null), 200, 2);
        assertEquals("REUSE_CONNECTIONS=4 MORE_ADDRESSES=2 PRIVATE_ENDPOINT=0", kinds(beyond));
        assertTrue(plan(fleet("azure-lb-snat", 25, 2, 3_840), 200, 2).holds());
        FleetPlan far = plan(fleet("azure-lb-snat", 2, 1, null), 1_000, 1);
        assertEquals("REUSE_CONNECTIONS=118 PRIVATE_ENDPOINT=0", kinds(far), "an instance has no 120,000 ports");
        FleetPlan shared = plan(fleet("azure-nat-gateway", 25, 1, null), 1_500, 1);
        assertEquals("REUSE_CONNECTIONS=2 MORE_ADDRESSES=2 PRIVATE_ENDPOINT=0", kinds(shared));
    }

    private static String kinds(FleetPlan plan) {
        return plan.changes().stream()
                .map(change -> change.kind() + "=" + (long) change.value())
                .collect(Collectors.joining(" "));
    }

    @Test
    @DisplayName("has the busiest instance fail first, and all together where they share the gateway's ports")
    void uneven() {
        FleetPlan blocks = plan(fleet("azure-lb-snat", 25, 1, 2_560), 0, 2);
        assertEquals(2_560 / 240.0, blocks.callsPerSecondEach());
        assertEquals(2_560 / 240.0 * 25 / 2, blocks.callsPerSecondOfAll(), 1e-9);
        assertEquals(
                "25 instances hold 133.3 calls/s together; above that the busiest instance fails first.",
                blocks.sentence());
        FleetPlan shared = plan(fleet("azure-nat-gateway", 25, 2, null), 0, 2);
        assertEquals(100_000 / 65.0, shared.callsPerSecondOfAll(), 1e-9);
        assertEquals(
                "25 instances hold 1,538 calls/s together; above that all instances fail together.", shared.sentence());
    }

    @Test
    @DisplayName("says how far scale-out goes with these ports and addresses")
    void scaleOut() {
        assertEquals(OptionalInt.of(25), fleet("azure-lb-snat", 22, 1, 2_560).mostInstances());
        assertEquals(OptionalInt.of(62), fleet("azure-lb-snat", 22, 1, null).mostInstances());
        assertEquals(
                OptionalInt.empty(), fleet("azure-nat-gateway", 22, 1, null).mostInstances());
    }

    @Test
    @DisplayName("takes a platform without a gateway for as many machines")
    void hosts() {
        FleetPlan plan = plan(fleet("windows-2003", 4, 1, null), 60, 1);
        assertTrue(plan.holds());
        assertEquals(4 * 3_977 / 240.0, plan.callsPerSecondOfAll(), 1e-9);
        assertEquals(List.of(), plan.changes());
    }

    @Test
    @DisplayName("refuses a share that can't be")
    void share() {
        Fleet fleet = fleet("azure-lb-snat", 3, 1, null);
        assertThrows(IllegalArgumentException.class, () -> plan(fleet, 1, 0.5));
        assertThrows(IllegalArgumentException.class, () -> plan(fleet, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> plan(fleet, 1, Double.NaN));
    }
}
