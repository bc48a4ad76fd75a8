package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
@Tag("without-hook")
@DisplayName("On a JDK that differs from what the hook expects")
class JoinpointTest {

    /** What no JDK has. */
    private static final class Elsewhere {}

    private static final String ELSEWHERE = "Elsewhere";

    private static List<Joinpoint> all() {
        return Stream.of(Joinpoint.connections(), Joinpoint.handovers())
                .flatMap(List::stream)
                .toList();
    }

    /** Each expectation of each joinpoint, wrong, and nothing else. */
    static Stream<Named<List<Joinpoint>>> wrongExpectations() throws HookUnavailableException {
        List<Named<List<Joinpoint>>> cases = new ArrayList<>();
        for (Joinpoint right : all()) {
            if (right.required()) {
                cases.add(wrong("class", right, List.of(ELSEWHERE), right.method(), right.parameters()));
            }
            if (right.find() == null) {
                continue; // This JDK has no such class, of which it could lack the method.
            }
            cases.add(wrong("method", right, right.alternatives(), right.method() + ELSEWHERE, right.parameters()));
            List<Class<?>> parameters = new ArrayList<>(right.parameters());
            parameters.add(Elsewhere.class);
            cases.add(wrong("parameters", right, right.alternatives(), right.method(), parameters));
        }
        return cases.stream();
    }

    private static Named<List<Joinpoint>> wrong(
            String what, Joinpoint right, List<String> types, String method, List<Class<?>> parameters) {
        List<Joinpoint> joinpoints = new ArrayList<>(all());
        joinpoints.set(
                joinpoints.indexOf(right), new Joinpoint(types, method, parameters, right.advice(), right.required()));
        return Named.of(what + " of " + right, joinpoints);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongExpectations")
    @DisplayName("it is not installed, says in one line what it misses, and sockets work as before")
    void saysWhatIsMissing(List<Joinpoint> joinpoints) throws Exception {
        HookUnavailableException e = assertThrows(
                HookUnavailableException.class, () -> PortHook.install(ByteBuddyAgent.install(), joinpoints));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(ELSEWHERE), message);
        assertEquals(1, message.lines().count(), message);
        socketsWork();
    }

    @Test
    @DisplayName("an optional class may be absent, but one that is there must be as expected")
    void optional() throws Exception {
        assertNull(new Joinpoint(List.of(ELSEWHERE), "close", List.of(), Advices.Close.class, false).find());
    }

    /** Advice that asks for a field that is not there: found out only when it is woven. */
    static final class WeavingFails {
        public static void main(String[] arguments) throws Exception {
            List<Joinpoint> joinpoints = new ArrayList<>(Joinpoint.connections());
            joinpoints.add(new Joinpoint(
                    List.of("sun.nio.ch.Net"),
                    "localAddress",
                    List.of(FileDescriptor.class),
                    Advices.Close.class,
                    true));
            sayWhy(() -> PortHook.install(ByteBuddyAgent.install(), joinpoints));
            PortHook.install().selfTest();
            System.out.println("bites");
        }
    }

    @Test
    @DisplayName("a failure to weave is one line too, and an attempt after it succeeds")
    void weavingFails() throws Exception {
        try (ChildJvm child = ChildJvm.start(WeavingFails.class, List.of("-XX:+EnableDynamicAgentLoading"))) {
            String message = child.line();
            assertTrue(message.startsWith("the port hook can't be woven into this JDK: "), message);
            assertEquals("sockets work", child.line());
            assertEquals("bites", child.line());
        }
    }

    static final class AttachForbidden {
        public static void main(String[] arguments) throws Exception {
            sayWhy(PortHook::install);
        }
    }

    @Test
    @DisplayName("or in a JVM that forbids to attach, it says so in one line")
    void attachForbidden() throws Exception {
        try (ChildJvm child = ChildJvm.start(AttachForbidden.class, List.of("-XX:+DisableAttachMechanism"))) {
            String message = child.line();
            assertTrue(message.startsWith("the port hook can't attach to this JVM"), message);
            assertTrue(message.contains("-XX:+DisableAttachMechanism"), message);
            assertEquals("sockets work", child.line());
        }
    }

    private static void sayWhy(Executable installation) throws IOException {
        System.out.println(
                assertThrows(HookUnavailableException.class, installation).getMessage());
        socketsWork();
        System.out.println("sockets work");
    }

    private static void socketsWork() throws IOException {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                Socket socket = new Socket()) {
            socket.connect(listener.address());
            Peer peer = listener.accept();
            peer.write(7);
            assertEquals(7, socket.getInputStream().read());
        }
    }
}
