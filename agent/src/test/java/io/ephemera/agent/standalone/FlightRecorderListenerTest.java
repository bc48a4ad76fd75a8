package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.ephemera.agent.LeaseListener;
import io.ephemera.ports.RemoteEndpoint;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The listener for Flight Recorder")
class FlightRecorderListenerTest {

    @Test
    @DisplayName("passes on all that it is told and asked, to which an interface's default would be deaf")
    void passesOn() {
        FlightRecorderListener listener = new FlightRecorderListener(LeaseListener.NONE);
        RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 1);
        declaresAllOf(LeaseListener.class, listener.getClass());
        declaresAllOf(LeaseListener.Lease.class, listener.leased(remote, null).getClass());
    }

    private static void declaresAllOf(Class<?> type, Class<?> implementation) {
        for (Method method : type.getDeclaredMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && !method.isSynthetic()) {
                assertDoesNotThrow(
                        () -> implementation.getDeclaredMethod(method.getName(), method.getParameterTypes()));
            }
        }
    }
}
