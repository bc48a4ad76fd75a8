package io.ephemera.simulations.settings;

/** Bad input. The message is one line: the setting, its value, what would be right. */
public final class BadSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With the message as the user is to see it. */
    public BadSettingException(String message) {
        super(message.lines().findFirst().orElse(message));
    }

    /** For a setting. */
    public BadSettingException(Setting setting, String value, String whatWouldBeRight) {
        this(setting.key() + "=" + value + ": " + whatWouldBeRight);
    }
}
