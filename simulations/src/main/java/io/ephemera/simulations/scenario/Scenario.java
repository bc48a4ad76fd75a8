package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A situation in which people meet the failure. It knows no limits yet; under those of a run it becomes a {@link Script}. */
public interface Scenario {

    /** Short name, that of the simulation. */
    String name();

    /** The settings that it takes beside those that every scenario does. */
    Set<Setting> settings();

    /** The remedies that it knows; a run takes one of them at most. */
    Set<Remedy> remedies();

    /**
     * The web service that it brings, asked for once a run, after a first {@link #script}; {@code null} for the embedded stub.
     *
     * @param range ports that it must not listen at
     * @throws IOException if it can't be started
     */
    default @Nullable Service service(Settings settings, PortRange range) throws IOException {
        return null;
    }

    /**
     * What it plays under given limits. The same circumstances have the same script, always.
     *
     * @throws BadSettingException if it can't be played under them
     */
    Script script(Circumstances circumstances) throws BadSettingException;
}
