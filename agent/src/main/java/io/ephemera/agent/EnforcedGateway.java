package io.ephemera.agent;

import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayPool;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A gateway behind the pool: each connect that has its local port takes one of the gateway's as well. Where that has none the connect
 * is not refused; it is never answered, so that it ends by whatever timeout the client has.
 *
 * @param pool its ports
 * @param clientOf whose connection it is, from 0, by its {@linkplain PortHook#owned owner}
 */
public record EnforcedGateway(GatewayPool pool, ToIntFunction<@Nullable Object> clientOf) {

    /** A gateway whose only client is this JVM; {@code null} if there are no limits of one. */
    public static @Nullable EnforcedGateway of(@Nullable GatewayLimits limits) {
        return limits == null ? null : new EnforcedGateway(new GatewayPool(limits), owner -> 0);
    }
}
