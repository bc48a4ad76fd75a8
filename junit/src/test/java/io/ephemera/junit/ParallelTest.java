package io.ephemera.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs the classes below in a JUnit of their own, on eight threads. */
@Timeout(60)
@DisplayName("Where tests run in parallel")
class ParallelTest {

    private static Events run(boolean parallel, Class<?>... classes) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", String.valueOf(parallel))
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8")
                .selectors(Arrays.stream(classes).map(each -> selectClass(each)).collect(Collectors.toList()))
                .execute()
                .testEvents();
    }

    private static List<String> failures(Events events) {
        return events.failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .map(Throwable::getMessage)
                        .orElse(""))
                .collect(Collectors.toList());
    }

    static void exhaust(TestPortPool pool) throws IOException {
        try (Server server = new Server()) {
            server.calls(pool.range().size());
            assertThrows(BindException.class, () -> server.calls(1));
            assertEquals(pool.range().size(), pool.connections());
            assertEquals(1, pool.exhausted());
        }
    }

    @PortPool(ports = 5)
    static class Annotated {
        @RepeatedTest(20)
        void exhausts(TestPortPool pool) throws IOException {
            exhaust(pool);
        }
    }

    static class AnnotatedMethods {
        @Test
        @PortPool(ports = 4)
        void one(TestPortPool pool) throws IOException {
            exhaust(pool);
        }

        @Test
        @PortPool(ports = 3)
        void other(TestPortPool pool) throws IOException {
            exhaust(pool);
        }
    }

    static class Plain {
        @RepeatedTest(40)
        void connects() throws IOException {
            try (Server server = new Server()) {
                server.calls(10);
            }
        }
    }

    static class Field {
        @RegisterExtension
        final PortPoolExtension ports = PortPoolExtension.ofPorts(2).withTimeWait(Duration.ofSeconds(5));

        @Test
        void exhausts(TestPortPool injected) throws IOException {
            assertSame(ports.pool(), injected);
            exhaust(injected);
            injected.advance("5s");
            assertEquals(2, injected.free());
        }
    }

    @Isolated
    static class IsolatedField extends Field {}

    @PortPool(ports = 2)
    static class Two {
        @RegisterExtension
        final PortPoolExtension ports = PortPoolExtension.ofPorts(2);

        @Test
        void neverRuns() {}
    }

    @PortPool(ports = 2, timeWait = "5")
    static class Bad {
        @Test
        void neverRuns() {}
    }

    static class Wall {
        @Test
        @PortPool(ports = 2, time = Time.WALL)
        void passesByItself(TestPortPool pool) {
            pool.advance("1s");
        }
    }

    @Test
    @DisplayName("those with a pool and those without do not disturb each other")
    void together() {
        Events events = run(true, Annotated.class, AnnotatedMethods.class, Plain.class, IsolatedField.class);
        assertEquals(List.of(), failures(events));
        assertEquals(63, events.succeeded().count());
    }

    @Test
    @DisplayName("a field refuses a class that is not isolated, and says what to do")
    void field() {
        assertEquals(
                List.of("a pool of ports holds for the whole JVM, and JUnit runs tests in parallel here: give Field"
                        + " @Isolated"),
                failures(run(true, Field.class)));
        assertEquals(List.of(), failures(run(false, Field.class)));
    }

    @Test
    @DisplayName("two pools for one test are refused")
    void twoPools() {
        List<String> failures = failures(run(true, Two.class));
        assertEquals(1, failures.size());
        assertTrue(
                failures.get(0).startsWith("the connections of this JVM are under another pool now"),
                failures::toString);
        assertEquals(List.of(), failures(run(true, Annotated.class)));
    }

    @Test
    @DisplayName("a bad setting is refused in one line")
    void bad() {
        assertEquals(
                List.of("@PortPool(timeWait = 5): a duration is a number with a unit (ms, s, m, h), like 240s, not 5"),
                failures(run(false, Bad.class)));
    }

    @Test
    @DisplayName("time on the wall clock can't be advanced")
    void wallClock() {
        assertEquals(
                List.of("this pool is on the wall clock, whose time passes by itself"),
                failures(run(false, Wall.class)));
    }
}
