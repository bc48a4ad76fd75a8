package io.ephemera.target;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A user's name and password. Neither is in {@link #toString()}, nor in the message of a refusal.
 *
 * <p>Any Unicode text will do, save control characters and U+FFFD (which stands for what could not be decoded), and a colon
 * in a user's name. Not every client can say it, though: for NTLM keep to ASCII, as curl widens each UTF-8 byte of a password
 * to 16 bits.
 */
public final class Credentials {
    static final String USER_VARIABLE = "EPHEMERA_USER";
    static final String PASSWORD_VARIABLE = "EPHEMERA_PASSWORD";

    private static final String NOT_SHOWN = "(not shown)";
    private static final char UNDECODABLE = '\uFFFD';

    private final String user;
    private final String password;

    private Credentials(String userName, String user, String passwordName, String password) {
        checkText(userName, user);
        checkText(passwordName, password);
        if (user.indexOf(':') >= 0) {
            throw new InvalidOptionException(userName, NOT_SHOWN, "must not contain a colon");
        }
        this.user = user;
        this.password = password;
    }

    /**
     * These credentials.
     *
     * @throws IllegalArgumentException if either cannot be used: the message is one line that does not show it
     */
    public static Credentials of(String user, String password) {
        return new Credentials("user", user, "password", password);
    }

    /**
     * The credentials in the environment variables {@code EPHEMERA_USER} and {@code EPHEMERA_PASSWORD}.
     *
     * @throws IllegalArgumentException if either is not set or cannot be used: the message is one line that does not show it
     */
    public static Credentials fromEnvironment() {
        return from(System.getenv());
    }

    static Credentials from(Map<String, String> environment) {
        return new Credentials(
                USER_VARIABLE,
                variable(USER_VARIABLE, environment),
                PASSWORD_VARIABLE,
                variable(PASSWORD_VARIABLE, environment));
    }

    /** The user's name. */
    public String user() {
        return user;
    }

    /** The password, for a client that is to log in with it; not to be shown or written anywhere. */
    public String password() {
        return password;
    }

    /** Shows nothing of them. */
    @Override
    public String toString() {
        return "Credentials" + NOT_SHOWN;
    }

    private static String variable(String variable, Map<String, String> environment) {
        String value = environment.get(variable);
        if (value == null) {
            throw new InvalidOptionException(
                    variable, "(not set)", "must be in the environment, as authentication needs a user and a password");
        }
        return value;
    }

    private static void checkText(String name, String value) {
        if (value.isEmpty()) {
            throw new InvalidOptionException(name, "(empty)", "must not be empty");
        }
        if (value.indexOf(UNDECODABLE) >= 0) {
            throw new InvalidOptionException(
                    name, NOT_SHOWN, "could not be decoded by the JVM, set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
        if (value.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new InvalidOptionException(name, NOT_SHOWN, "must be text without control characters");
        }
    }
}
