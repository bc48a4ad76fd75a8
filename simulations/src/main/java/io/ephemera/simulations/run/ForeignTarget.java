package io.ephemera.simulations.run;

import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** A web service that the user named: before any load it has to answer as the pattern needs it. */
final class ForeignTarget {

    private static final int ANSWER_TIMEOUT_MILLIS = 5000;
    private static final Authenticator NOBODY = new Authenticator() {};

    private ForeignTarget() {}

    static void check(URI uri, Pattern pattern) throws BadSettingException {
        if (pattern == Pattern.SERVER_CLOSES_FIRST) {
            throw new BadSettingException(
                    Setting.PATTERN,
                    pattern.toString(),
                    "a foreign target closes as it likes; keep-alive-off or keep-alive-shared");
        }
        if (pattern.connections() == ConnectionUse.MULTIPLEXED) {
            throw new BadSettingException(
                    Setting.PATTERN,
                    pattern.toString(),
                    "HTTP/2 needs TLS, and a foreign target is an http URL; leave ephemera.target out");
        }
        String scheme = pattern.login().scheme();
        int status;
        List<String> challenges;
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(ANSWER_TIMEOUT_MILLIS);
            connection.setReadTimeout(ANSWER_TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Connection", "close");
            // The JDK would log in by itself, by an authenticator, were there one; it is only to show the challenge.
            connection.setAuthenticator(NOBODY);
            status = connection.getResponseCode();
            challenges = connection.getHeaderFields().getOrDefault("WWW-Authenticate", List.of());
            connection.disconnect();
        } catch (UnknownHostException e) {
            throw bad(uri, "no such host; start the target, or leave the setting out");
        } catch (IOException | IllegalArgumentException e) {
            throw bad(uri, "it does not answer (" + e.getMessage() + "); start the target, or leave the setting out");
        }
        if (scheme == null && status != HttpURLConnection.HTTP_OK) {
            throw bad(uri, "it answers " + status + "; give a URL that answers 200");
        }
        if (scheme != null && status != HttpURLConnection.HTTP_UNAUTHORIZED) {
            throw bad(
                    uri,
                    "it answers " + status + " to a caller without credentials; give a URL that asks for " + scheme
                            + ", or a pattern that does not log in");
        }
        if (scheme != null
                && challenges.stream()
                        .noneMatch(challenge -> challenge.regionMatches(true, 0, scheme, 0, scheme.length()))) {
            throw bad(uri, "it does not offer " + scheme + "; give a URL that does");
        }
    }

    private static BadSettingException bad(URI uri, String why) {
        return new BadSettingException(Setting.TARGET, uri.toString(), why);
    }
}
