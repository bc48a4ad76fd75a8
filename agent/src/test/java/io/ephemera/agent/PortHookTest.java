package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The port hook")
class PortHookTest {

    @Test
    @DisplayName("is installed once, bites, and stays free of faults")
    void bites() throws Exception {
        PortHook hook = PortHook.install();
        assertSame(hook, PortHook.install());
        assertDoesNotThrow(hook::selfTest);
        assertDoesNotThrow(hook::selfTest, "a second self-test");
        Assertions.assertNull(hook.firstFault());
    }

    @Test
    @DisplayName("names the method that a JDK lacks, instead of measuring nothing")
    void unknownJdk() {
        List<Joinpoint> moved = new ArrayList<>(Joinpoint.all());
        moved.add(new Joinpoint(
                List.of("sun.nio.ch.Net"), "connectElsewhere", List.of("int"), Advices.Connect.class, List.of(), true));
        HookUnavailableException e = Assertions.assertThrows(
                HookUnavailableException.class, () -> PortHook.install(ByteBuddyAgent.install(), moved));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("sun.nio.ch.Net.connectElsewhere(int)"), message);
        Assertions.assertEquals(1, message.lines().count());
    }
}
