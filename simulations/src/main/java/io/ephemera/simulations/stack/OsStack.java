package io.ephemera.simulations.stack;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;

/** This machine's own stack, untouched. */
final class OsStack {

    private OsStack() {}

    static Stack open(Settings settings) throws BadSettingException {
        if (settings.given().isEmpty()) {
            throw new IllegalStateException();
        }
        throw new BadSettingException(Setting.STACK, settings.stack().toString(), "not built yet");
    }
}
