package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("ephemera plan")
class PlanTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}: exhausts {1}, first after {2} s, {3} fail, {4} calls/s are safe, {5}")
    @CsvSource(
            delimiter = '|',
            value = {
                // 3,977 ports / 20 calls/s = 198.85 s; of 36,000 calls 7 cycles of 4,800 lose 823 each, the 8th none.
                "--rate 20 --over 30m | true | 198.85 | 5761 | 16.5708 | TcpTimedWaitDelay=30",
                "--rate 16 --over 30m | false | | 0 | 16.5708 |",
                "--calls 36000 --over 30m | true | 198.85 | 5761 | 16.5708 | TcpTimedWaitDelay=30",
                "--rate 20 --over 30m --ports-per-call 2 | true | 99.4 | 20096 | 8.2833 | TcpTimedWaitDelay=30",
                // 7 cycles of 2,400 calls lose 1,400 each, the last 1,200 lose 200; a documented change of the other
                // limit counts.
                "--rate 10 --over 30m --ports 20000-20999 | true | 100 | 10000 | 4.1667 | TcpTimedWaitDelay=30",
                "--rate 20 --over 30m --taken 2977 | true | 50 | 8738 | 16.5708 | TcpTimedWaitDelay=30",
                "--rate 40 --over 30m --profile windows-10 --taken 11400 | true | 124.6 | 4616 | 68.2667 | netsh int ipv4 set dynamicport tcp start=1025 num=64511",
                "--rate 20 --over 30m --profile windows-10 --taken 11400 | false | | 0 | 68.2667 |",
                "--rate 500 --over 1h --profile linux --destinations 2 | false | | 0 | 941.0667 |",
            })
    void open(String arguments, boolean exhausts, Double first, long failed, double safe, String change)
            throws Exception {
        JsonNode plan = json(arguments);
        assertEquals(exhausts, plan.get("exhausts").asBoolean());
        assertEquals(failed, plan.get("failedCalls").asLong());
        assertEquals(safe, plan.get("highestSafeCallsPerSecond").asDouble(), 5e-5);
        if (exhausts) {
            assertEquals(first, plan.get("secondsToFirstExhaustion").asDouble(), 1e-6);
            assertEquals(change, plan.at("/change/name").asText());
        } else {
            assertTrue(plan.get("secondsToFirstExhaustion").isNull());
            assertTrue(plan.get("change").isNull());
        }
    }

    @ParameterizedTest(name = "plan {0} is the same with {1}, which it has anyway")
    @CsvSource(
            delimiter = '|',
            value = {
                "--profile linux --rate 600 --over 10m | --time-wait 60s",
                "--profile linux --rate 600 --over 10m | --ports 32768-60999 --scope destination --time-wait 60000ms",
                "--rate 20 --over 30m | --profile windows-2003 --ports 1024-5000",
                "--rate 5 --over 30m --profile gcp-cloud-nat | --time-wait 30s --scope destination",
                "--rate 20 --over 30m | --taken 0 --destinations 1",
            })
    void saidAloud(String arguments, String more) throws Exception {
        JsonNode plan = json(arguments);
        assertEquals(plan, json(arguments + " " + more));
        assertTrue(plan.get("changes").toString().contains("\"SETTING\""), plan::toPrettyString);
    }

    @ParameterizedTest(name = "plan {0} offers {1}, at {2} calls/s")
    @CsvSource(
            delimiter = '|',
            value = {
                "--rate 40 --over 30m --time-wait 120s | TcpTimedWaitDelay=30 | 132.5667",
                "--rate 140 --over 30m --time-wait 120s | MaxUserPort=65534 | 537.5917",
                "--rate 900 --over 30m --profile linux --time-wait 30s --ports 40000-59999 | net.ipv4.ip_local_port_range=\"1024 65535\" | 2150.4",
                "--rate 600 --over 30m --profile linux --scope global | net.ipv4.ip_local_port_range=\"1024 65535\" | 1075.2",
                "--rate 2000 --over 30m --profile aws-nat-gateway --time-wait 60s | 3 IPv4 addresses | 2750",
            })
    void otherLimits(String arguments, String name, double safe) throws Exception {
        JsonNode change = json(arguments).get("change");
        assertEquals(name, change.get("name").asText());
        assertEquals(safe, change.get("value").asDouble(), 5e-5);
    }

    @Test
    @DisplayName("takes the service time of workers from the time that they have for all calls, or the other way round")
    void workers() throws Exception {
        JsonNode over = json("--calls 20000 --workers 8 --ports-per-call 2 --over 15m");
        // 2,500 calls each in 900 s; 1,988 calls of two ports fit into 3,977 ports: call 1,988 is of the 249th round.
        assertEquals(0.36, over.get("serviceTimeSeconds").asDouble());
        assertEquals(248 * 0.36, over.get("secondsToFirstExhaustion").asDouble(), 1e-9);
        JsonNode service = json("--calls 20000 --workers 8 --ports-per-call 2 --service-time 360ms");
        assertEquals(over, service);
    }

    @Test
    @DisplayName("replays a curve from a file, as an editor of Windows writes it")
    void curve() throws Exception {
        Path day = folder.resolve("day.csv");
        Files.writeString(day, "\uFEFFseconds,callsPerSecond\r\n0,2\r\n28800,2\r\n36000,40\r\n86400,2\r\n");
        JsonNode plan = json("--curve " + day);
        assertEquals("curve", plan.get("load").asText());
        assertTrue(plan.get("exhausts").asBoolean());
        // The rate passes 16.57 calls/s at 28,800 + 14.57 / 38 x 7,200 s, and the window before it is not yet full.
        double first = plan.get("secondsToFirstExhaustion").asDouble();
        assertTrue(first > 31_560 && first < 31_560 + 240, () -> "first after " + first);
    }

    @Test
    @DisplayName("draws what is asked for against the ports there are, and colours on a terminal only")
    void chart() {
        Ran ran = Ran.ephemera("plan --rate 20 --over 30m");
        assertEquals(0, ran.exitCode());
        assertTrue(ran.out().contains("5,761 of 36,000 calls fail, the first after 198.85 s."), ran.out());
        assertTrue(ran.out().contains(" 3,977 ports |------####"), ran.out());
        assertTrue(ran.out().contains("       4,800 |       !!!!"), ran.out());
        assertFalse(ran.out().contains("\033"), ran.out());
        assertFalse(Ran.ephemera("plan --rate 20 --over 30m --no-chart").out().contains("####"));
        assertFalse(Ran.ephemera("plan --rate 10 --over 30m").out().contains("!!"));
    }

    @Test
    @DisplayName("ends with 1 where calls fail only if it is asked to")
    void check() {
        assertEquals(1, Ran.ephemera("plan --rate 20 --over 30m --check").exitCode());
        assertEquals(0, Ran.ephemera("plan --rate 16 --over 30m --check").exitCode());
    }

    @ParameterizedTest(name = "plan {0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--json | there is no load: give --rate and --over, --calls and --over, --calls and --workers, or --curve",
                "--rate 20 | --over is missing: how long the load lasts, like 30m",
                "--rate x --over 1h | --rate=x: a number from 0.001 to 10000000",
                "--rate NaN --over 1h | --rate=NaN: a number from 0.001 to 10000000",
                "--rate 0 --over 1h | --rate=0: a number from 0.001 to 10000000",
                "--rate 20 --over 30 | --over=30: a duration is a number with a unit (ms, s, m, h), like 240s, not 30",
                "--rate 20 --over 0s | --over=0s: more than 0, like 240s",
                "--rate 20 --calls 5 --over 1h | --rate, --calls and --curve are three loads: give one of them",
                "--rate 20 --over 1h --workers 2 | --workers=2: workers need a number of --calls to make",
                "--calls 5 --workers 2 | --workers=2: give either --over or --service-time with it: each follows from the other",
                "--calls 1.5 --over 1h | --calls=1.5: a whole number from 1 to 10000000000",
                "--calls 10000000000 --over 1s | --calls=10000000000: a rate is 0.001 to 10000000 calls/s",
                "--curve nowhere.csv | --curve=nowhere.csv: the file can't be read: give one of lines seconds,callsPerSecond",
                "--curve pom.xml | --curve=pom.xml: line 1: ",
                "--curve pom.xml --over 1h | --over=1h: a curve has its own length: leave it out",
                "--rate 20 --over 1h --profile os2 | --profile=os2: no profile and no file is named os2; the catalogue has ",
                "--rate 20 --over 1h --profile aws-nat-gateway | --profile=aws-nat-gateway: no hold after a close is documented for it; give one with --time-wait",
                "--rate 20 --over 1h --ports 5000-1024 | --ports=5000-1024: a port range runs from a lower to a higher port",
                "--rate 20 --over 1h --time-wait 4 | --time-wait=4: a duration is a number with a unit",
                "--rate 20 --over 1h --scope some | --scope=some: a scope is global or destination, not some",
                "--rate 20 --over 1h --destinations 101 | --destinations=101: destinations are 1 to 100, not 101",
                "--rate 20 --over 1h --ports-per-call 0 | --ports-per-call=0: a whole number from 1 to 1000",
                "--rate 20 --over 1h --taken 3977 | --taken=3977: a whole number from 0 to 3976",
                "--rate 20 --over 1h --taken -1 | --taken=-1: a whole number from 0 to 3976",
                "--rate 10000000 --over 1h --taken 5 | --taken=5: with it a load has at most 2000000000 calls",
                "--rate 20 --over 9000h | --over=9000h: a duration is at most 365 days, not 9000h",
                "--rate 20 --over 1h --colour | unknown --colour: the options are --arrivals, --busiest, --calls, ",
                "--rate | Missing required parameter for option '--rate' (CALLS/S)",
                "20 | unknown 20: the options are --arrivals",
            })
    void badInput(String arguments, String line) {
        Ran ran = Ran.ephemera("plan " + arguments);
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("ephemera: " + line), ran.err());
        assertEquals(2, ran.exitCode());
    }

    private static JsonNode json(String arguments) throws Exception {
        Ran ran = Ran.ephemera("plan --json " + arguments);
        assertEquals(0, ran.exitCode(), ran.err());
        assertEquals("", ran.err());
        return ran.json("plan.schema.json");
    }

    @Test
    @DisplayName("plans a gateway that documents no hold, once one is given")
    void gateway() throws Exception {
        JsonNode plan = json("--rate 1 --over 1h --profile aws-nat-gateway --time-wait 60s");
        assertEquals(55_000, plan.get("ports").asInt());
        assertEquals(60.0, plan.get("timeWaitSeconds").asDouble());
    }
}
