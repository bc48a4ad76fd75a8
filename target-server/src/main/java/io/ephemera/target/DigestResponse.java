package io.ephemera.target;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's answer to a challenge of Digest, RFC 7616 section 3.4, with {@code qop=auth} and a plain user name.
 *
 * @param user the user's name, decoded from UTF-8; the other texts have one character a byte
 * @param count the nonce count, from 1 up
 * @param countText the nonce count as sent, which is what was hashed
 * @param response the hash, which proves that the client knows the password
 */
record DigestResponse(
        String user,
        String realm,
        String nonce,
        String uri,
        DigestAlgorithm algorithm,
        String cnonce,
        long count,
        String countText,
        String opaque,
        String response) {

    private static final Pattern COUNT = Pattern.compile("[0-9a-fA-F]{8}");
    private static final String EXTENDED_PREFIX = "UTF-8''";

    /** Reads what follows {@code Digest}; null if it is malformed, or not of the kind that was asked for. */
    static @Nullable DigestResponse parse(String text) {
        Map<String, String> values = AuthParameters.parse(text);
        if (values == null) {
            return null;
        }
        String user = user(values);
        String realm = values.get("realm");
        String nonce = values.get("nonce");
        String uri = values.get("uri");
        // Left out, it is MD5.
        DigestAlgorithm algorithm = DigestAlgorithm.named(values.getOrDefault("algorithm", "MD5"));
        String cnonce = values.get("cnonce");
        String countText = values.get("nc");
        String opaque = values.get("opaque");
        String response = values.get("response");
        if (user == null
                || realm == null
                || nonce == null
                || uri == null
                || algorithm == null
                || cnonce == null
                || countText == null
                || opaque == null
                || response == null) {
            return null;
        }
        // Without qop, as before RFC 2617, there would be no count that shows a replay.
        if (!"auth".equalsIgnoreCase(values.get("qop"))
                || "true".equalsIgnoreCase(values.get("userhash"))
                || !COUNT.matcher(countText).matches()) {
            return null;
        }
        long count = Long.parseLong(countText, 16);
        if (count == 0) {
            return null;
        }
        return new DigestResponse(user, realm, nonce, uri, algorithm, cnonce, count, countText, opaque, response);
    }

    /** The hash that a client who knows the password would have sent. */
    String expected(String hashOfUserRealmPassword, String method) {
        String hashOfRequest = algorithm.hex(method + ":" + uri);
        return algorithm.hex(
                hashOfUserRealmPassword + ":" + nonce + ":" + countText + ":" + cnonce + ":auth:" + hashOfRequest);
    }

    private static @Nullable String user(Map<String, String> values) {
        String plain = values.get("username");
        String extended = values.get("username*");
        if (extended == null) {
            return plain == null ? null : utf8(plain);
        }
        if (plain != null || !extended.regionMatches(true, 0, EXTENDED_PREFIX, 0, EXTENDED_PREFIX.length())) {
            return null;
        }
        String bytes = percentDecoded(extended.substring(EXTENDED_PREFIX.length()));
        return bytes == null ? null : utf8(bytes);
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static @Nullable String percentDecoded(String text) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            bytes.append(c);
        }
        return bytes.toString();
    }
}
