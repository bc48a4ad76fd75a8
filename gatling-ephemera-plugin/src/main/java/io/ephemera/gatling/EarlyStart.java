package io.ephemera.gatling;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What the plugin does where it is on the class path of Gatling, whatever language the simulation is in: Gatling's logging looks
 * for such services, before anything else of Gatling's has begun. It configures no logging.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class EarlyStart extends ContextAwareBase implements Configurator {

    private static final String NATIVE_TRANSPORT = "gatling.netty.useNativeTransport";
    private static final int BAD_INPUT = 2;

    /** For the service loader. */
    public EarlyStart() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(NATIVE_TRANSPORT) == null) {
            // It goes past the JDK's socket classes, and so past the pool.
            System.setProperty(NATIVE_TRANSPORT, "false");
        }
        if (System.getProperty(PluginSetting.PREFIX + PluginSetting.PROFILE.key()) != null) {
            start();
        }
        return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }

    /** Bad input ends the start with one line. */
    @SuppressWarnings("SystemExitOutsideMain")
    private static void start() {
        try {
            PortPoolRuns.use(PluginSettings.NONE);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(BAD_INPUT);
        }
    }
}
