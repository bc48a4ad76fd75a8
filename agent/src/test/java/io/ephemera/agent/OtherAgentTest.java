package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Release;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@DisplayName("Beside another agent")
class OtherAgentTest {

    private static final List<String> ATTACHABLE = List.of("-XX:+EnableDynamicAgentLoading");

    @ParameterizedTest(name = "the other first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("that advises the same method of the JDK, both advices run")
    void bothAdvise(boolean otherFirst) throws Exception {
        try (ChildJvm child = ChildJvm.start(BothAdvise.class, ATTACHABLE, otherFirst)) {
            assertEquals("bites", child.line());
            assertEquals("5 connections", child.line());
            String seen = child.line();
            assertTrue(Integer.parseInt(seen) >= 5, seen);
        }
    }

    /** Another agent's advice on {@code Net.connect}: it may use {@code java.base} only, so it counts in a property. */
    static final class OtherAdvice {
        private OtherAdvice() {}

        @Advice.OnMethodEnter
        static void enter() {
            Integer seen = Integer.getInteger("other.agent.seen", 0);
            System.setProperty("other.agent.seen", String.valueOf(seen + 1));
        }
    }

    /** Both agents in one JVM. */
    static final class BothAdvise {
        private BothAdvise() {}

        public static void main(String[] arguments) throws Exception {
            System.setProperty("net.bytebuddy.safe", "true");
            if (Boolean.parseBoolean(arguments[0])) {
                installOther();
                PortHook.install();
            } else {
                PortHook.install();
                installOther();
            }
            PortHook.install().selfTest();
            System.out.println("bites");
            System.out.println(fiveConnections() + " connections");
            System.out.println(Integer.getInteger("other.agent.seen", 0));
        }

        private static void installOther() {
            Instrumentation instrumentation = ByteBuddyAgent.install();
            new AgentBuilder.Default()
                    .disableClassFormatChanges()
                    .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                    .ignore(ElementMatchers.none())
                    .type(ElementMatchers.named("sun.nio.ch.Net"))
                    .transform((type, description, loader, module, domain) -> type.visit(Advice.to(OtherAdvice.class)
                            .on(ElementMatchers.named("connect").and(ElementMatchers.takesArguments(4)))))
                    .installOn(instrumentation);
        }
    }

    private static long fiveConnections() throws Exception {
        PooledHarness harness = PooledHarness.overPorts(5);
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            InetSocketAddress destination = harness.govern(listener.address());
            for (int i = 0; i < 5; i++) {
                connectAndClose(destination);
            }
        }
        harness.close();
        LeaseCounts counts = harness.counts();
        return counts.connected() == counts.ended(Release.ACTIVE_CLOSE) ? counts.connected() : -1;
    }

    private static void connectAndClose(InetSocketAddress destination) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(destination);
        }
    }
}
