package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("ephemera plan")
class PoolAndFleetPlanTest {

    private static final String OKHTTP = "--client okhttp --rate 50 --concurrency 10 --service-time 100ms";
    private static final String FLEET = "--instances 25 --gateway-ips 2 --profile azure-lb-snat";

    @TempDir
    private Path folder;

    private static JsonNode json(String arguments, String schema) throws Exception {
        Ran ran = Ran.ephemera("plan --json " + arguments);
        assertEquals(0, ran.exitCode(), ran.err());
        return ran.json(schema);
    }

    @ParameterizedTest(name = "of a pool, {0}: {1} opened/s, {2} ports at most, {3} calls/s are safe, smallest {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                OKHTTP + " | 25 | 6010 | 33.0696 | 7",
                OKHTTP + " --kept-in-all 7 | 15 | 3610 | 55.1020 | 7",
                OKHTTP + " --kept-in-all 10 | 0 | 10 | | 7",
                "--client go --rate 50 --concurrency 10 --service-time 100ms | 40 | 9610 | 20.6581 | 7",
                // 0.1 s are left of the five seconds for which it keeps an idle connection.
                "--client httpurlconnection --rate 2 --concurrency 10 --service-time 100ms | 1 | 250 | 33.0696 | 0",
                "--client apache-classic --rate 50 --concurrency 10 --service-time 100ms | 0 | 5 | | 10",
                "--client jdk-httpclient --rate 50 --concurrency 10 --calls-per-connection 100 | 0.5 | 130 | 1652.9167 | 7",
                "--client node --rate 50 --concurrency 10 --server-idle 100ms | 50 | 10 | | 7",
            })
    void pool(String arguments, double opened, int ports, @Nullable Double threshold, int smallest) throws Exception {
        JsonNode plan = json(arguments, "plan-pool.schema.json");
        assertEquals(opened, plan.get("openedPerSecond").asDouble(), 1e-6, plan::toPrettyString);
        assertEquals(ports, plan.get("mostPorts").asInt(), plan::toPrettyString);
        assertEquals(ports > 3_977, plan.get("exhausts").asBoolean());
        if (threshold == null) {
            assertTrue(plan.get("thresholdCallsPerSecond").isNull(), plan::toPrettyString);
        } else {
            assertEquals(threshold, plan.get("thresholdCallsPerSecond").asDouble(), threshold * 1e-4);
        }
        assertEquals(smallest, plan.get("smallestPool").asInt(), plan::toPrettyString);
    }

    @Test
    @DisplayName("of a pool tells its size by the client's own setting, and prints the seed of random arrivals")
    void poolText() {
        Ran ran = Ran.ephemera("plan " + OKHTTP);
        assertTrue(
                ran.out()
                        .contains("50 % of the calls open a connection, 25 a second: that takes 6,010 ports, there are"
                                + " 3,977."),
                ran.out());
        assertTrue(
                ran.out().contains("Smallest pool        7 kept: new ConnectionPool(7, 5, TimeUnit.MINUTES)"),
                ran.out());
        String random = Ran.ephemera("plan --client go --rate 50 --service-time 200ms --arrivals random:42")
                .out();
        assertTrue(random.contains("at random (seed 42)"), random);
        assertEquals(1, Ran.ephemera("plan --check " + OKHTTP).exitCode());
    }

    @ParameterizedTest(
            name = "of a fleet, {0}: {1} ports each, at most {2}, {3} calls/s each, {4} together, {5} needed")
    @CsvSource(
            delimiter = '|',
            value = {
                FLEET + " | 1024 | 5120 | 4.2667 | 106.6667 | 0",
                FLEET + " --rate 200 --busiest 2 | 1024 | 5120 | 4.2667 | 53.3333 | 3840",
                "--instances 22 --profile azure-lb-snat | 1024 | 2909 | 4.2667 | 93.8667 | 0",
                "--instances 1 --profile azure-app-service --rate 1 | 128 | | 0.5333 | 0.5333 | 240",
                "--instances 1 --profile gcp-cloud-nat --rate 10 | 64 | 64512 | 2.1333 | 2.1333 | 300",
                "--instances 4 --profile aws-nat-gateway --time-wait 350s --rate 100 | 55000 | | 157.1429 | 157.1429 | 35000",
            })
    void fleet(String arguments, int each, @Nullable Integer most, double safeEach, double safe, int needed)
            throws Exception {
        JsonNode plan = json(arguments, "plan-fleet.schema.json");
        assertEquals(each, plan.get("portsEach").asInt());
        assertEquals(
                most == null ? "null" : most.toString(),
                plan.get("mostPortsEach").asText());
        assertEquals(safeEach, plan.get("safeCallsPerSecondEach").asDouble(), 5e-5);
        assertEquals(safe, plan.get("safeCallsPerSecond").asDouble(), 5e-5);
        assertEquals(needed, plan.get("portsNeeded").asInt());
        assertEquals(needed > each, plan.get("exhausts").asBoolean());
    }

    @Test
    @DisplayName("of a fleet says what to write into Terraform and elsewhere, by the settings' own names")
    void settings() throws Exception {
        assertEquals(
                "{\"azurerm_lb_outbound_rule: allocated_outbound_ports\":\"3840\",\"allocatedOutboundPorts\":\"3840\","
                        + "\"azurerm_lb_outbound_rule: frontend_ip_configuration blocks\":\"2\"}",
                json(FLEET + " --rate 200 --busiest 2", "plan-fleet.schema.json")
                        .get("settings")
                        .toString());
        String dynamic = Ran.ephemera("plan --instances 1 --profile gcp-cloud-nat-dynamic --rate 10")
                .out();
        assertTrue(
                dynamic.contains(
                        "google_compute_router_nat with enable_dynamic_port_allocation: min_ports_per_vm = 512"),
                dynamic);
        assertTrue(dynamic.contains("minPortsPerVm = 512"), dynamic);
    }

    @Test
    @DisplayName("writes the plan of a pool, and of a fleet, as a page with its charts")
    void page() throws Exception {
        Path pool = folder.resolve("pool.html");
        assertEquals(0, Ran.ephemera("plan " + OKHTTP + " --page " + pool).exitCode());
        String text = Files.readString(pool);
        assertTrue(text.contains("id=\"pool-ports\"") && text.contains("\"limit\":3977"), "no chart of ports");
        Path fleet = folder.resolve("fleet.html");
        assertEquals(
                0, Ran.ephemera("plan " + FLEET + " --rate 200 --page " + fleet).exitCode());
        assertTrue(Files.readString(fleet).contains("id=\"fleet-rate\""), "no chart of the fleet");
        Files.writeString(fleet, "somebody else's");
        assertEquals(2, Ran.ephemera("plan " + FLEET + " --page " + fleet).exitCode());
        assertEquals("somebody else's", Files.readString(fleet));
    }

    @ParameterizedTest(name = "plan {0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--client curl --rate 5 | --client=curl: no client and no file has this name; the catalogue has jdk-httpclient, ",
                "--client okhttp | --rate is missing: how many calls a second share the pool",
                "--client okhttp --rate 5 --concurrency 0 | --concurrency=0: a whole number from 1 to 100000",
                "--client okhttp --rate 5 --kept five | --kept=five: a whole number from 0 to 1000000, or unlimited",
                "--client okhttp --rate 5 --most-open 0 | --most-open=0: a whole number from 1 to 1000000, or unlimited",
                "--client okhttp --rate 5 --client-idle 0s | --client-idle=0s: more than 0, like 240s",
                "--client okhttp --calls 5 --over 1h | a plan of a pool has a --rate, and no --calls, --workers or --curve",
                "--client okhttp --rate 5 --taken 5 | a plan of a pool has no --taken and no --ports-per-call",
                "--client okhttp --rate 5 --arrivals random:1 | --arrivals=random:1: give the --service-time of a call, like 200ms",
                "--client okhttp --rate 5 --arrivals poisson --service-time 1s | --arrivals=poisson: random: and a seed, like random:1",
                "--client okhttp --rate 1e6 --concurrency 3 --calls-per-connection 3 | that takes 240000072 calls to play, more than 20000000: ",
                "--instances 25 --ports-per-instance 3200 --profile azure-lb-snat | --ports-per-instance=3200: 25 x 3,200 = 80,000 ports, an address has 64,000: at most 2,560 each",
                "--instances 0 --profile azure-lb-snat | --instances=0: a whole number from 1 to 1000000",
                "--instances 1001 --profile azure-lb-snat | --instances=1001: azure-lb-snat documents no ports by default for 1,001 instances",
                "--instances 5 --gateway-ips 17 --profile azure-nat-gateway | --gateway-ips=17: azure-nat-gateway has at most 16 addresses, not 17",
                "--instances 5 --profile aws-nat-gateway | --profile=aws-nat-gateway: no hold after a close is documented for it; give one with --time-wait",
                "--instances 5 --busiest 6 | --busiest=6: a number from 1 to 5",
                "--instances 5 --client okhttp | a pool and a fleet are two plans: give --instances or the options of a client",
                "--instances 5 --ports 1024-5000 | a plan of --instances is made for one destination and the profile's ports: ",
                "--gateway-ips 5 --rate 5 | --instances is missing: how many instances there are behind the gateway, like 25",
                "--rate 5 --over 1h --page x.html | --page=x.html: there is a page of a pool (--client) or a fleet (--instances)",
            })
    void badInput(String arguments, String line) {
        Ran ran = Ran.ephemera("plan " + arguments);
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("ephemera: " + line), ran.err());
        assertEquals(2, ran.exitCode());
    }
}
