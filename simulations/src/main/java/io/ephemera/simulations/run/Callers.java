package io.ephemera.simulations.run;

import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.target.Credentials;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** Whose credentials the calls carry. They come from the environment, since a command line is for all to see. */
final class Callers {

    private static final String USER = "EPHEMERA_USER";
    private static final String PASSWORD = "EPHEMERA_PASSWORD";
    private static final int PASSWORD_BYTES = 16;

    private Callers() {}

    /**
     * The credentials in the environment; without any, new ones for the embedded stub.
     *
     * @throws BadSettingException if they can't be used, or a foreign target has none to be used with
     */
    static Credentials credentials(boolean stub) throws BadSettingException {
        Map<String, String> environment = System.getenv();
        if (stub && !environment.containsKey(USER) && !environment.containsKey(PASSWORD)) {
            byte[] password = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(password);
            return Credentials.of("caller", HexFormat.of().formatHex(password));
        }
        try {
            return Credentials.fromEnvironment();
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(String.valueOf(e.getMessage()));
        }
    }
}
