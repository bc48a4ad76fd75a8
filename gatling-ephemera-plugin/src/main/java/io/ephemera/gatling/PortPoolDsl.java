package io.ephemera.gatling;

/**
 * What a simulation imports:
 *
 * <pre>{@code
 * import static io.ephemera.gatling.PortPoolDsl.portPool;
 *
 * setUp(users.injectOpen(constantUsersPerSec(20).during(600))).protocols(http, portPool.profile("windows-2003"));
 * }</pre>
 */
public final class PortPoolDsl {

    /** The pool of ports of {@code windows-2003}, in Gatling's own time. */
    public static final PortPoolProtocolBuilder portPool = new PortPoolProtocolBuilder();

    private PortPoolDsl() {}
}
