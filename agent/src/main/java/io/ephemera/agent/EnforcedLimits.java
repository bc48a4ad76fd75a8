package io.ephemera.agent;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.bind.ServicePoint;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is enforced on the connections of this JVM.
 *
 * @param pool where the local ports come from; its TIME_WAIT counts in nanoseconds of {@code clock}
 * @param clock the time; {@code System::nanoTime} unless it is virtual
 * @param destinations the remote endpoints whose connections take a port; all others pass untouched. It is asked on the thread
 *     that connects and must not connect itself
 * @param connectMessage message of the {@code BindException} when a connect finds no port
 * @param bindMessage message of the {@code BindException} when a bind finds no port, or the given one in use
 * @param finishConnectMessage message of the {@code BindException} of a connect that does not wait, which begins and fails when it
 *     is finished; {@code null}: it fails at once, as any other
 * @param servicePoint chooses the port of each connect in the pool, as a program does that binds it itself; {@code null}: the pool
 *     chooses
 * @param heldPorts what is done about a port that another process holds
 * @param gateway a gateway on the way; {@code null}: there is none
 */
public record EnforcedLimits(
        PortPool pool,
        PortClock clock,
        Predicate<RemoteEndpoint> destinations,
        String connectMessage,
        String bindMessage,
        @Nullable String finishConnectMessage,
        @Nullable ServicePoint servicePoint,
        HeldPorts heldPorts,
        @Nullable EnforcedGateway gateway) {

    /** What is done about a port of the pool that another process holds. */
    public enum HeldPorts {
        /** It is passed over, as a kernel does: the pool has one port less. */
        PASSED_OVER,
        /** Another real port stands in for it, so that the pool has the same ports on every machine. */
        STOOD_IN_FOR
    }

    /** Limits under which the pool chooses the ports. */
    public EnforcedLimits(
            PortPool pool,
            PortClock clock,
            Predicate<RemoteEndpoint> destinations,
            String connectMessage,
            String bindMessage) {
        this(pool, clock, destinations, connectMessage, bindMessage, null, null, HeldPorts.PASSED_OVER, null);
    }

    /** The same limits behind a gateway. */
    public EnforcedLimits withGateway(@Nullable EnforcedGateway behind) {
        return with(finishConnectMessage, heldPorts, behind);
    }

    /** The same limits, with another way to deal with ports that other processes hold. */
    public EnforcedLimits withHeldPorts(HeldPorts held) {
        return with(finishConnectMessage, held, gateway);
    }

    /** The same limits, in the words of a platform for a connect that does not wait. */
    public EnforcedLimits withFinishConnectMessage(@Nullable String message) {
        return with(message, heldPorts, gateway);
    }

    private EnforcedLimits with(@Nullable String message, HeldPorts held, @Nullable EnforcedGateway behind) {
        return new EnforcedLimits(
                pool, clock, destinations, connectMessage, bindMessage, message, servicePoint, held, behind);
    }
}
