package io.ephemera.simulations.gatling;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
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

    /** How connections are opened, of each of Gatling's threads. */
    private static final List<Bootstrap> OPENERS = new ArrayList<>();

    private static boolean installed;
    private static boolean abortive;
    private static int connectTimeoutMillis;

    /**
     * For all connections that this JVM's Gatling opens from now on; orderly closes are its default. Where a run is to have them, it
     * is to be called before Gatling's first connection.
     *
     * @param wanted whether closes are to be abortive
     */
    public static void set(boolean wanted) {
        synchronized (OPENERS) {
            if (wanted && !installed) {
                install();
                installed = true;
            }
            abortive = wanted;
            OPENERS.forEach(AbortiveClose::apply);
        }
    }

    /**
     * How long those connections try to connect.
     *
     * @param millis 0: as long as Gatling's settings say
     */
    public static void connectTimeout(int millis) {
        synchronized (OPENERS) {
            if (millis > 0 && !installed) {
                install();
                installed = true;
            }
            connectTimeoutMillis = millis;
            OPENERS.forEach(AbortiveClose::apply);
        }
    }

    /** For the advice alone. */
    public static void created(Bootstrap opener) {
        synchronized (OPENERS) {
            OPENERS.add(opener);
            apply(opener);
        }
    }

    @SuppressWarnings("NullAway") // Netty: null takes the option away.
    private static void apply(Bootstrap opener) {
        opener.option(ChannelOption.SO_LINGER, abortive ? 0 : null);
        if (connectTimeoutMillis > 0) {
            opener.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis);
        }
    }

    private static void install() {
        if (Runtime.version().feature() >= 24 && System.getProperty("net.bytebuddy.safe") == null) {
            // Byte Buddy's other paths print a warning of the JVM.
            System.setProperty("net.bytebuddy.safe", "true");
        }
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                // Where other runs were made in this JVM before, the class is loaded.
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .type(named(CLIENTS_OF_A_THREAD))
                .transform((builder, type, loader, module, domain) ->
                        builder.visit(Advice.to(OnCreated.class).on(isConstructor())))
                .installOn(ByteBuddyAgent.install());
    }

    private static final class OnCreated {

        @Advice.OnMethodExit
        static void created(@Advice.FieldValue("http1Bootstrap") Bootstrap connections) {
            AbortiveClose.created(connections);
        }
    }
}
