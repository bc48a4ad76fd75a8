package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests of logins have in common: one user, and reading a response's head. */
final class Logins {
    static final String USER = "alice";
    static final String PASSWORD = "wonder land";
    static final Credentials CREDENTIALS = Credentials.of(USER, PASSWORD);

    private static final Pattern HEADER = Pattern.compile("(?im)^([^:\r\n]+): *([^\r\n]*)");

    private Logins() {}

    static TargetServer start(AuthenticationScheme scheme) throws IOException {
        return start(Authentication.of(scheme, CREDENTIALS));
    }

    static TargetServer start(Authentication authentication) throws IOException {
        return TargetServer.start(TargetOptions.defaults().withIoThreads(1).withAuthentication(authentication));
    }

    static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }

    static List<String> headers(String response, String name) {
        List<String> values = new ArrayList<>();
        Matcher header = HEADER.matcher(response);
        while (header.find()) {
            if (header.group(1).equalsIgnoreCase(name)) {
                values.add(header.group(2));
            }
        }
        return values;
    }

    static List<String> challenges(String response) {
        return headers(response, "WWW-Authenticate");
    }

    /** Sends a request that is to be served as this user's. */
    static void assertServed(String user, RawClient client, String pathAndQuery, String... headers) throws IOException {
        assertServed(user, client.get(pathAndQuery, headers).readResponse());
    }

    static void assertServed(String user, String response) {
        assertTrue(status(response) == 200, response);
        assertEquals(List.of(user), headers(response, "X-Authenticated-User"));
    }

    /** Sends a request that is to be refused, and returns the response. */
    static String assertRefused(AuthenticationScheme scheme, RawClient client, String pathAndQuery, String... headers)
            throws IOException {
        String response = client.get(pathAndQuery, headers).readResponse();
        assertRefused(scheme, response);
        return response;
    }

    /** That a response is a 401 with a challenge of the scheme's, and says nothing of closing. */
    static void assertRefused(AuthenticationScheme scheme, String response) {
        String expected = scheme.optionValue();
        assertTrue(
                status(response) == 401
                        && !challenges(response).isEmpty()
                        && challenges(response).get(0).regionMatches(true, 0, expected, 0, expected.length())
                        && headers(response, "X-Authenticated-User").isEmpty()
                        && headers(response, "Connection").isEmpty(),
                response);
    }

    static String basic(String user, String password) {
        byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(bytes);
    }
}
