package io.ephemera.target;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code name=value} list of an {@code Authorization} or {@code WWW-Authenticate} header, RFC 9110 section 11.2: values
 * are tokens or quoted strings, commas stand between, and empty elements are allowed.
 */
public final class AuthParameters {
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private final String text;
    private int position;

    private AuthParameters(String text) {
        this.text = text;
    }

    /** The parameters, with names in lower case; null if the text is malformed or names one twice. */
    public static @Nullable Map<String, String> parse(String text) {
        return new AuthParameters(text).list();
    }

    private @Nullable Map<String, String> list() {
        Map<String, String> values = new HashMap<>();
        while (true) {
            skipSpace();
            if (position == text.length()) {
                return values;
            }
            if (!skip(',')) {
                String name = token();
                skipSpace();
                if (name == null || !skip('=')) {
                    return null;
                }
                skipSpace();
                String value = skip('"') ? restOfQuoted() : token();
                if (value == null || values.put(name.toLowerCase(Locale.ROOT), value) != null) {
                    return null;
                }
                skipSpace();
                if (position < text.length() && !skip(',')) {
                    return null;
                }
            }
        }
    }

    private @Nullable String token() {
        int start = position;
        while (position < text.length() && isTokenCharacter(text.charAt(position))) {
            position++;
        }
        return position == start ? null : text.substring(start, position);
    }

    /** To the closing quote, with escapes resolved; null if there is none. */
    private @Nullable String restOfQuoted() {
        StringBuilder value = new StringBuilder();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                if (position == text.length()) {
                    return null;
                }
                c = text.charAt(position++);
            }
            value.append(c);
        }
        return null;
    }

    private boolean skip(char wanted) {
        if (position < text.length() && text.charAt(position) == wanted) {
            position++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
    }

    private static boolean isTokenCharacter(char c) {
        return (c < 128 && Character.isLetterOrDigit(c)) || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }
}
