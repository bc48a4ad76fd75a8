package io.ephemera.agent.standalone;

import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.LeaseListener;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.usage.CallSites;
import io.ephemera.agent.usage.PortUsage;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Puts the JVM under the limits of its options, for as long as it lives. */
public final class StandaloneAgent {

    private static final int BAD_OPTION = 2;
    private static final int HOOK_UNAVAILABLE = 3;

    private StandaloneAgent() {}

    /** Before the application's {@code main}: what is wrong ends the start with one line. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void premain(String options, Instrumentation instrumentation) {
        try {
            start(options, instrumentation, true);
        } catch (BadOptionException e) {
            say(e.getMessage());
            System.exit(BAD_OPTION);
        } catch (HookUnavailableException | IllegalStateException e) {
            say(e.getMessage());
            System.exit(HOOK_UNAVAILABLE);
        }
    }

    /** Into a running application, which goes on whatever is wrong with the options. */
    public static void agentmain(String options, Instrumentation instrumentation) throws Exception {
        try {
            start(options, instrumentation, false);
        } catch (BadOptionException | HookUnavailableException | IllegalStateException e) {
            say(e.getMessage());
            throw e;
        }
    }

    private static void start(String text, Instrumentation instrumentation, boolean beforeMain)
            throws BadOptionException, HookUnavailableException {
        AgentOptions options = AgentOptions.parse(text);
        Page page = page(options.output().page());
        boolean started = false;
        try {
            start(
                    options,
                    page,
                    instrumentation,
                    beforeMain ? PortHook.installBeforeMain(instrumentation) : PortHook.install(instrumentation));
            started = true;
        } finally {
            if (page != null && !started) {
                page.close();
            }
        }
    }

    private static @Nullable Page page(OptionalInt port) throws BadOptionException {
        try {
            return port.isPresent() ? Page.bind(port.getAsInt()) : null;
        } catch (IOException e) {
            throw new BadOptionException("page=" + port.orElseThrow()
                    + ": that port of the loopback address can't be used: " + e.getMessage());
        }
    }

    private static void start(AgentOptions options, @Nullable Page page, Instrumentation instrumentation, PortHook hook)
            throws BadOptionException, HookUnavailableException {
        hook.selfTest();
        UnseenTraffic unseen =
                new UnseenTraffic(hook::localPorts, options.destinations(), hook::childProcesses, hook::udpSockets);
        LoadedClasses loaded = new LoadedClasses(unseen);
        instrumentation.addTransformer(loaded);
        loaded.noteAll(instrumentation.getAllLoadedClasses());

        EnforcedLimits limits = options.limits(System::nanoTime);
        PortUsage usage = new PortUsage(limits, options.speedup(), new CallSites(options.application()));
        boolean jfr = hasModule("jdk.jfr");
        LeaseListener listener = jfr ? new FlightRecorderListener(usage) : usage;
        EnforcedPool enforced = hook.enforce(limits, listener);
        Reporter reporter = new Reporter(options, enforced, usage, unseen);
        reporter.reportAtExit();
        if (page != null) {
            page.serve(reporter);
        }
        Ticker ticker = new Ticker();
        ticker.add(() -> usage.sample(enforced));
        ticker.add(unseen::lookNowAndThen);
        if (jfr) {
            ticker.add(() -> FlightRecorderListener.state(reporter::usage));
        }
        if (hasModule("java.management")) {
            ticker.add(new ManagementRegistration(reporter)::registerOnceThereIsAServer);
        }
        ticker.add(new MeterBridge(enforced, usage, loaded)::bind);
        ticker.start();
        say(options + (page == null ? "" : "; " + page.url()));
    }

    /** An application on the module path, or one with a run time of its own, may do without. */
    private static boolean hasModule(String name) {
        return ModuleLayer.boot().findModule(name).isPresent();
    }

    static void say(@Nullable String line) {
        System.err.println("ephemera-agent: " + line);
    }
}
