package io.ephemera.gatling.internals;

import io.gatling.core.config.GatlingConfiguration;
import io.gatling.core.controller.inject.Workload;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/** Weaves the advice into Gatling, once in a JVM. */
public final class GatlingWeaver {

    private static boolean woven;

    /** Looked up once, since each user needs them. */
    static final class UserMethods {
        static final Method START = method("startUser", long.class, EventLoop.class);
        static final Method COUNT = method("incrementScheduledUsers");

        private UserMethods() {}
    }

    private GatlingWeaver() {}

    /**
     * Has a watch told of this JVM's simulations from now on, in place of the one before.
     *
     * @throws IllegalStateException if this Gatling is not as it has to be; the message is one line
     */
    public static synchronized void watch(SimulationWatch watch) {
        weave();
        Woven.tell(watch);
    }

    static synchronized void weave() {
        if (!woven) {
            weave(Arrays.asList(GatlingJoinpoint.values()));
            woven = true;
        }
    }

    /**
     * Whether Gatling's connections go past the JDK's socket classes.
     *
     * @return {@code true} where its settings have Netty's native transport, and this machine has it
     */
    public static boolean usesNativeTransport() {
        return GatlingConfiguration.load().netty().useNativeTransport() && Epoll.isAvailable();
    }

    /** What this Gatling has not that is advised here; empty if all is there. */
    static List<String> missing(List<GatlingJoinpoint> joinpoints) {
        List<String> missing = new ArrayList<>();
        joinpoints.stream().filter(each -> each.find().isEmpty()).forEach(each -> missing.add(each.toString()));
        for (String method : List.of("startUser", "incrementScheduledUsers")) {
            if (Arrays.stream(Workload.class.getDeclaredMethods())
                    .noneMatch(each -> each.getName().equals(method))) {
                missing.add(Workload.class.getName() + "." + method);
            }
        }
        return missing;
    }

    private static void weave(List<GatlingJoinpoint> joinpoints) {
        List<String> missing = missing(joinpoints);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("Ephemera does not know this version of Gatling, which has no "
                    + String.join(", no ", missing) + "; use the one that docs/your-simulation.md names");
        }
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .with(new AgentBuilder.Listener.Adapter() {
                    @Override
                    public void onError(
                            String type,
                            @Nullable ClassLoader loader,
                            @Nullable JavaModule module,
                            boolean loaded,
                            Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                })
                .type(ElementMatchers.namedOneOf(
                        joinpoints.stream().map(GatlingJoinpoint::type).toArray(String[]::new)))
                .transform((builder, type, loader, module, domain) -> advise(builder, type, joinpoints))
                .installOn(ByteBuddyAgent.install());
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("Ephemera can't be woven into this version of Gatling: " + thrown, thrown);
        }
    }

    private static DynamicType.Builder<?> advise(
            DynamicType.Builder<?> builder, TypeDescription type, List<GatlingJoinpoint> joinpoints) {
        DynamicType.Builder<?> advised = builder;
        for (GatlingJoinpoint each : joinpoints) {
            if (type.getName().equals(each.type())) {
                advised = advised.visit(Advice.to(each.advice())
                        .on(ElementMatchers.is(each.find().orElseThrow())));
            }
        }
        return advised;
    }

    private static Method method(String name, Class<?>... parameters) {
        try {
            Method method = Workload.class.getDeclaredMethod(name, parameters);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }
}
