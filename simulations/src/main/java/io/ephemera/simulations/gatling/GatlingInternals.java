package io.ephemera.simulations.gatling;

import io.gatling.core.stats.StatsEngine;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.agent.ByteBuddyAgent;

/** What Gatling's Maven plugin does with JVM flags, done from inside for those who start Gatling from an IDE. */
public final class GatlingInternals {

    private GatlingInternals() {}

    /** Opens {@code java.lang} to Gatling, whose log writer reads the bytes of strings. Needs an attached agent. */
    public static void open() {
        ByteBuddyAgent.getInstrumentation()
                .redefineModule(
                        Object.class.getModule(),
                        Set.of(),
                        Map.of(),
                        Map.of("java.lang", Set.of(StatsEngine.class.getModule())),
                        Set.of(),
                        Map.of());
    }
}
