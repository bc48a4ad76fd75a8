package io.ephemera.simulations;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.Run;
import java.util.Map;

/**
 * Eight services behind one gateway: each is far below its own limit, together they time out ({@code docs/lessons/9-gateway.md}). A
 * staircase as {@link KeepAliveOff} has it; its settings are defaults, so that each can be given.
 */
public final class NatGateway extends SingleRun {

    private static final Map<String, String> DEFAULTS = Map.of(
            "ephemera.gateway", "aws-nat-gateway",
            "ephemera.gatewayClients", "8",
            "ephemera.gatewayPorts", "120",
            "ephemera.gatewayHold", "20s",
            "ephemera.rates", "5,8");

    /** For Gatling. */
    public NatGateway() {
        super(Run.prepare("NatGateway", Pattern.KEEP_ALIVE_OFF, Remedy.OF_CALLS, DEFAULTS));
    }
}
