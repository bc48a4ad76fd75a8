package io.ephemera.simulations.login;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Basic (RFC 7617): the same header for every request. */
public final class BasicLogin {

    private BasicLogin() {}

    /** The {@code Authorization} header, in UTF-8. */
    public static String authorization(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
