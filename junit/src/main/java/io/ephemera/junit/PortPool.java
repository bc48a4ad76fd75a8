package io.ephemera.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Runs a test under a pool of ports of its own: every outgoing TCP connection of this JVM, from before {@code @BeforeEach} until
 * after {@code @AfterEach}, takes its local port from it. On a class it holds for each of its tests; on a method it replaces the
 * class's. A parameter of type {@link TestPortPool} gives the pool to the test.
 *
 * <pre>{@code
 * @Test
 * @PortPool(ports = 50, timeWait = "5s")
 * void pushesABatchOverTwoConnections(TestPortPool pool) {
 *     pool.whenRunning(() -> crm.push(fiveHundredInvoices)).opensAtMost(2).isNeverRefused();
 * }
 * }</pre>
 *
 * <p>The pool holds for the whole JVM, so while such a test runs JUnit runs no other one beside it, in whatever way tests run in
 * parallel.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(PortPoolExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface PortPool {

    /** How many ports; somewhere where none is in use. 0 for those of {@link #range} or of the profile. */
    int ports() default 0;

    /** The ports, such as {@code 42000-42049}; from 1024 up. Empty for {@link #ports} or those of the profile. */
    String range() default "";

    /** TIME_WAIT, such as {@code 5s}; empty for the profile's. */
    String timeWait() default "";

    /** For whom a port in use is taken: {@code global} or {@code destination}; empty for the profile's. */
    String scope() default "";

    /** Name of a profile in the catalogue, or the path of a properties file. */
    String profile() default PoolSettings.PROFILE;

    /** The remote endpoints that count, such as {@code crm:443} or {@code 127.0.0.1}; empty for all. */
    String[] destinations() default {};

    /**
     * A gateway on the way: its name in the catalogue, such as {@code azure-app-service}, or its ports and how long it keeps one after a
     * close, such as {@code 64/240s}; empty for none. A connect that it has no port for is not answered, and ends by the client's own
     * timeout.
     */
    String gateway() default "";

    /**
     * A file, such as {@code target/crm.pool}: the pool is shared with every other JVM that is given the same file, ports, TIME_WAIT and
     * scope, such as a service under {@code -javaagent:ephemera-agent.jar=shared=target/crm.pool}. Not with
     * {@link #ports}, and on {@link Time#WALL} alone, the clock that they have in common. Empty for a pool of its own.
     */
    String shared() default "";

    /** Which clock TIME_WAIT passes on. */
    Time time() default Time.VIRTUAL;
}
