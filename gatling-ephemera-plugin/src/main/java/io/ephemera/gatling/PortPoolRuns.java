package io.ephemera.gatling;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.standalone.AgentOptions;
import io.ephemera.agent.standalone.BadOptionException;
import io.ephemera.agent.usage.CallSite;
import io.ephemera.gatling.internals.GatlingWeaver;
import io.ephemera.gatling.internals.GroupLog;
import io.ephemera.gatling.internals.SimulationWatch;
import io.ephemera.gatling.internals.VirtualUsers;
import io.gatling.javaapi.core.Assertion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The runs of this JVM under a pool of ports, one after the other: what has Gatling do what becomes of a run, {@link PortPoolRun}. */
final class PortPoolRuns implements SimulationWatch {

    private final PortHook hook;
    private final PluginSettings settings;
    private final AgentOptions options;
    private final Map<String, CallSite> requests = new ConcurrentHashMap<>();
    private volatile String simulation = "";
    private volatile @Nullable PortPoolRun run;

    private PortPoolRuns(PortHook hook, PluginSettings settings) {
        this.hook = hook;
        this.settings = settings;
        this.options = settings.pool();
    }

    /**
     * Puts the next simulation of this JVM under the pool of the settings; those on the command line win.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message is one line
     * @throws IllegalStateException if this JVM or this Gatling does not allow it; the message is one line
     */
    static void use(PluginSettings settings) {
        PluginSettings all =
                settings.with(PluginSettings.of(System.getProperties()).values());
        // What may be wrong with them is said before anything is done.
        all.pool();
        all.isVirtual();
        all.isNeverExhausted();
        try {
            PortHook hook = PortHook.install();
            GatlingWeaver.watch(new PortPoolRuns(hook, all));
        } catch (HookUnavailableException e) {
            throw new IllegalStateException("Ephemera: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Assertion> simulationMade(String name, boolean boundedByWall) {
        if (GatlingWeaver.usesNativeTransport()) {
            throw new IllegalStateException("Ephemera: Gatling's native transport goes past the pool;"
                    + " leave out gatling.netty.useNativeTransport=true");
        }
        if (settings.isVirtual() && boundedByWall) {
            throw new IllegalStateException("Ephemera: maxDuration and throttle are of the wall's time;"
                    + " leave them out in virtual time, or leave virtual time out");
        }
        simulation = name;
        return settings.isNeverExhausted() ? List.of(new PortPoolAssertions().neverExhausted()) : List.of();
    }

    @Override
    public void begins(GroupLog log) {
        try {
            hook.selfTest();
            run = PortPoolRun.begin(hook, options, settings.isVirtual(), simulation, log);
        } catch (HookUnavailableException | BadOptionException e) {
            throw new IllegalStateException("Ephemera: " + e.getMessage(), e);
        }
    }

    @Override
    public void ends() {
        PortPoolRun ended = run;
        if (ended != null) {
            ended.end();
        }
    }

    @Override
    public void requestSent(String name) {
        PortPoolRun now = run;
        if (now != null) {
            now.requestSent(name);
        }
    }

    @Override
    public Object owner(String request) {
        return requests.computeIfAbsent(request, CallSite::named);
    }

    @Override
    public void processed(@Nullable Path folder) {
        PortPoolRun ended = run;
        run = null;
        if (ended != null) {
            ended.publish(folder);
        }
    }

    @Override
    public boolean isVirtual() {
        return settings.isVirtual();
    }

    @Override
    public @Nullable VirtualUsers virtualUsers() {
        PortPoolRun now = run;
        return now == null ? null : now.virtualUsers();
    }
}
