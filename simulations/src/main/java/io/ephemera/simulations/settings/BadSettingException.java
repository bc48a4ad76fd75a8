package io.ephemera.simulations.settings;

import io.ephemera.reports.Format;

/** Bad input. The message is one line: the setting, its value, what would be right. */
public final class BadSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With the message as the user is to see it, on one line whatever was given. */
    public BadSettingException(String message) {
        super(Format.oneLine(message));
    }

    /** For a setting. */
    public BadSettingException(Setting setting, String value, String whatWouldBeRight) {
        this(setting.key() + "=" + value + ": " + whatWouldBeRight);
    }
}
