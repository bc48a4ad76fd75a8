package io.ephemera.simulations.gatling;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/**
 * Sets {@code SO_LINGER} to 0 on each of Gatling's connections, for which it has no setting: a close is a RST then. Where this
 * does not take, closes are orderly, and the run finds that they use up ports.
 */
public final class AbortiveClose {

    private static final String CLIENTS_OF_A_THREAD =
            "io.gatling.http.client.impl.DefaultHttpClient$EventLoopResources";

    private AbortiveClose() {}

    /** For all connections that this JVM's Gatling opens from now on; to be called before its first. */
    public static void install() {
        if (Runtime.version().feature() >= 24 && System.getProperty("net.bytebuddy.safe") == null) {
            // Byte Buddy's other paths print a warning of the JVM.
            System.setProperty("net.bytebuddy.safe", "true");
        }
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                .type(named(CLIENTS_OF_A_THREAD))
                .transform((builder, type, loader, module, domain) ->
                        builder.visit(Advice.to(OnCreated.class).on(isConstructor())))
                .installOn(ByteBuddyAgent.install());
    }

    /** At the end of the constructor. */
    private static final class OnCreated {

        @Advice.OnMethodExit
        static void created(@Advice.FieldValue("http1Bootstrap") Bootstrap connections) {
            connections.option(ChannelOption.SO_LINGER, 0);
        }
    }
}
