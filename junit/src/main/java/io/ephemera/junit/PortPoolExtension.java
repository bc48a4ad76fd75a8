package io.ephemera.junit;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.Durations;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link PortPool} does, for a field:
 *
 * <pre>{@code
 * @RegisterExtension
 * final PortPoolExtension ports = PortPoolExtension.ofPorts(50).withTimeWait(Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>Each test gets a pool of its own, {@link #pool()}. Where JUnit runs tests in parallel, the class needs {@code @Isolated},
 * since the pool holds for the whole JVM; without it the extension refuses.
 */
public final class PortPoolExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PortPoolExtension.class);

    private final @Nullable PoolSettings settings;
    private @Nullable TestPortPool current;

    /** For {@link PortPool}. */
    PortPoolExtension() {
        settings = null;
    }

    private PortPoolExtension(PoolSettings settings) {
        this.settings = settings;
    }

    /** A pool of so many ports, somewhere where none is in use; otherwise the limits of {@code windows-2003}. */
    public static PortPoolExtension ofPorts(int ports) {
        return new PortPoolExtension(PoolSettings.ofPorts(ports));
    }

    /** The same with another TIME_WAIT. */
    public PortPoolExtension withTimeWait(Duration timeWait) {
        return new PortPoolExtension(Objects.requireNonNull(settings, "only a field has settings of its own")
                .withTimeWait(Durations.format(timeWait)));
    }

    /**
     * The pool of the test that runs now.
     *
     * @throws IllegalStateException if none runs
     */
    public TestPortPool pool() {
        TestPortPool pool = current;
        if (pool == null) {
            throw new IllegalStateException("there is a pool only while a test runs");
        }
        return pool;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        PoolSettings wanted = settings == null ? annotated(context) : settings;
        if (settings != null) {
            refuseInParallel(context);
        }
        try {
            TestPortPool pool = TestPortPool.open(PortHook.install(), wanted);
            current = pool;
            context.getStore(NAMESPACE).put(TestPortPool.class, pool);
        } catch (HookUnavailableException e) {
            throw new ExtensionConfigurationException(String.valueOf(e.getMessage()), e);
        } catch (IllegalStateException e) {
            throw new ExtensionConfigurationException(
                    "the connections of this JVM are under another pool now: a test can have one, by @PortPool or by a"
                            + " field, and tests that have one can't run in parallel",
                    e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestPortPool pool = context.getStore(NAMESPACE).remove(TestPortPool.class, TestPortPool.class);
        current = null;
        if (pool != null) {
            pool.close();
        }
    }

    private static PoolSettings annotated(ExtensionContext context) {
        return elements(context).stream()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, PortPool.class).stream())
                .findFirst()
                .map(PoolSettings::of)
                .orElse(PoolSettings.ofPorts(0));
    }

    private static void refuseInParallel(ExtensionContext context) {
        boolean parallel = context.getConfigurationParameter("junit.jupiter.execution.parallel.enabled")
                .map(Boolean::parseBoolean)
                .orElse(false);
        if (parallel && elements(context).stream().noneMatch(PortPoolExtension::isAlone)) {
            throw new ExtensionConfigurationException("a pool of ports holds for the whole JVM, and JUnit runs tests in"
                    + " parallel here: give " + context.getRequiredTestClass().getSimpleName() + " @Isolated");
        }
    }

    private static boolean isAlone(AnnotatedElement element) {
        return AnnotationSupport.isAnnotated(element, Isolated.class)
                || AnnotationSupport.findRepeatableAnnotations(element, ResourceLock.class).stream()
                        .anyMatch(lock -> lock.value().equals(Resources.GLOBAL));
    }

    /** The test's method, its class, and the classes around that. */
    private static List<AnnotatedElement> elements(ExtensionContext context) {
        List<AnnotatedElement> elements = new ArrayList<>();
        context.getTestMethod().ifPresent(elements::add);
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            elements.add(type);
        }
        return elements;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestPortPool.class
                && context.getStore(NAMESPACE).get(TestPortPool.class) != null;
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).get(TestPortPool.class);
    }
}
