package io.ephemera.gatling;

import static io.ephemera.gatling.PortPoolDsl.portPool;
import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.rampConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Simulations as people write them, each with one line of ours at most. */
public final class Simulations {

    static final int PORTS = 300;
    static final Duration TIME_WAIT = Duration.ofMillis(61_030);
    static final Duration PAUSE = Duration.ofMillis(2_050);
    static final int RATE = 10;
    static final int SECONDS = 90;

    private Simulations() {}

    private static HttpProtocolBuilder target() {
        return http.baseUrl(System.getProperty("test.target")).acceptHeader("text/plain");
    }

    private static ScenarioBuilder shop() {
        return scenario("shop")
                .feed(listFeeder(List.of(Map.of("item", "lamp"), Map.of("item", "chair")))
                        .circular())
                .exec(http("home")
                        .get("/home")
                        .check(status().is(200), bodyString().is("ok")))
                .pause(PAUSE)
                .exec(
                        http("add #{item}").get("/cart?#{item}").check(status().is(200)),
                        http("pay").get("/pay").body(StringBody("")).check(status().is(200)));
    }

    /** An open injection. */
    public static final class Shop extends Simulation {
        {
            setUp(shop().injectOpen(constantUsersPerSec(RATE).during(SECONDS)))
                    .protocols(
                            target(),
                            portPool.ports("20000-20299").timeWait("61.03s").virtualTime())
                    .assertions(
                            portPool.assertions().neverExhausted(),
                            global().successfulRequests().count().gt(0L));
        }
    }

    /** A closed injection over shared connections, which each of Gatling's threads has for itself. */
    public static final class Shared extends Simulation {
        {
            setUp(scenario("shared")
                            .repeat(3)
                            .on(pace(Duration.ofSeconds(2))
                                    .exec(http("item").get("/item"))
                                    .pause(Duration.ofMillis(1_500)))
                            .injectClosed(
                                    rampConcurrentUsers(1).to(5).during(10),
                                    constantConcurrentUsers(5).during(120)))
                    .protocols(
                            target().shareConnections(),
                            portPool.ports("20300-20399").virtualTime())
                    .assertions(
                            portPool.assertions().neverExhausted(),
                            global().failedRequests().count().is(0L));
        }
    }

    /** In Gatling's own time, more users at once than ports. */
    public static final class Burst extends Simulation {
        {
            setUp(shop().injectOpen(atOnceUsers(60)))
                    .protocols(target(), portPool.ports("20400-20449"))
                    .disablePauses()
                    .assertions(portPool.assertions().refusalsAtMost(30));
        }
    }

    /** As a simulation in Scala or JavaScript is: of Gatling's Scala class, and nothing of ours in it. */
    public static final class BySettings extends io.gatling.core.scenario.Simulation {
        {
            io.gatling.core.structure.PopulationBuilder users = scenario("by settings")
                    .exec(http("home").get("/home").check(status().is(200)))
                    .injectOpen(constantUsersPerSec(RATE).during(SECONDS))
                    .protocols(target())
                    .asScala();
            setUp(scala.jdk.javaapi.CollectionConverters.asScala(List.of(users)).toList());
        }
    }

    /** What virtual time can't have. */
    public static final class Meeting extends Simulation {
        {
            setUp(scenario("meeting").rendezVous(2).injectOpen(atOnceUsers(2)))
                    .protocols(target(), portPool.virtualTime());
        }
    }
}
