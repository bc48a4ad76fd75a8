package io.ephemera.simulations.gatling;

import io.gatling.core.stats.StatsEngine;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.agent.ByteBuddyAgent;

/** What Gatling's Maven plugin does with JVM flags, done from inside for those who start Gatling from an IDE. */
public final class GatlingInternals {

    private GatlingInternals() {}

    /** Opens {@code java.lang} to Gatling, whose log writer reads the bytes of strings. Attaches to this JVM only if it must. */
    public static void open() {
        Module java = Object.class.getModule();
        Module gatling = StatsEngine.class.getModule();
        if (!java.isOpen("java.lang", gatling)) {
            ByteBuddyAgent.install()
                    .redefineModule(java, Set.of(), Map.of(), Map.of("java.lang", Set.of(gatling)), Set.of(), Map.of());
        }
    }
}
