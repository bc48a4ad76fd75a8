package io.ephemera.target;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's answer to a challenge of Digest, RFC 7616 section 3.4, with {@code qop=auth} and a plain user name.
 *
 * @param parameters all of them by name, in lower case, one character a byte
 * @param user the user's name, decoded from UTF-8
 * @param count the nonce count, from 1 up
 */
record DigestResponse(Map<String, String> parameters, DigestAlgorithm algorithm, String user, long count) {

    private static final List<String> NEEDED = List.of("realm", "nonce", "uri", "cnonce", "nc", "opaque", "response");
    private static final Pattern COUNT = Pattern.compile("[0-9a-fA-F]{8}");
    private static final String EXTENDED = "UTF-8''";

    /** Reads what follows {@code Digest}; null if it is malformed, or not of the kind that was asked for. */
    static @Nullable DigestResponse parse(String text) {
        Map<String, String> parameters = AuthParameters.parse(text);
        if (parameters == null || !parameters.keySet().containsAll(NEEDED)) {
            return null;
        }
        DigestAlgorithm algorithm = DigestAlgorithm.of(parameters);
        String user = user(parameters.get("username"), parameters.get("username*"));
        String count = parameters.getOrDefault("nc", "");
        // Without qop, as before RFC 2617, there would be no count that shows a replay.
        if (algorithm == null
                || user == null
                || !"auth".equalsIgnoreCase(parameters.get("qop"))
                || "true".equalsIgnoreCase(parameters.get("userhash"))
                || !COUNT.matcher(count).matches()
                || Long.parseLong(count, 16) == 0) {
            return null;
        }
        return new DigestResponse(parameters, algorithm, user, Long.parseLong(count, 16));
    }

    String get(String parameter) {
        return parameters.getOrDefault(parameter, "");
    }

    private static @Nullable String user(@Nullable String plain, @Nullable String extended) {
        if (extended == null) {
            return plain == null
                    ? null
                    : new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
        if (plain != null || !extended.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length())) {
            return null;
        }
        try {
            String encoded = extended.substring(EXTENDED.length()).replace("+", "%2B");
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
