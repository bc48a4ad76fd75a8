package io.ephemera.simulations.login;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One login by Digest (RFC 7616) with {@code qop=auth}: answers a challenge with SHA-256 where the server offers it, else with MD5,
 * and goes on to use its nonce, the nonce count rising with each request. Safe for concurrent use.
 */
public final class DigestLogin {

    private static final String SCHEME = "Digest ";
    /** A parameter of a challenge: a quoted string, in which a backslash hides the next character, or a token. */
    private static final Pattern PARAMETER =
            Pattern.compile("([\\w-]+\\*?)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    /** From the best on. */
    private static final List<String> ALGORITHMS = List.of("SHA-256", "MD5");

    private static final int CNONCE_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<String> challenges;
    private final String user;
    private final String password;
    private final AtomicInteger uses = new AtomicInteger();

    private DigestLogin(List<String> challenges, String user, String password) {
        this.challenges = List.copyOf(challenges);
        this.user = user;
        this.password = password;
    }

    /**
     * Begins a login.
     *
     * @param challenges the response's {@code WWW-Authenticate} headers
     */
    public static DigestLogin begin(List<String> challenges, String user, String password) {
        return new DigestLogin(challenges, user, password);
    }

    /**
     * The {@code Authorization} header for the next request with the challenge's nonce.
     *
     * @param uri path and query of the request
     * @throws LoginException if no challenge is one that this class can answer
     */
    public String authorization(String method, String uri) {
        byte[] cnonce = new byte[CNONCE_BYTES];
        RANDOM.nextBytes(cnonce);
        return authorization(method, uri, HexFormat.of().formatHex(cnonce));
    }

    String authorization(String method, String uri, String cnonce) {
        Map<String, String> challenge = best(challenges);
        String algorithm = algorithm(challenge);
        String realm = challenge.getOrDefault("realm", "");
        String nonce = challenge.getOrDefault("nonce", "");
        String secret = hex(algorithm, user + ":" + realm + ":" + password);
        String request = hex(algorithm, method + ":" + uri);
        String count = HexFormat.of().toHexDigits(uses.incrementAndGet());
        String response = hex(algorithm, String.join(":", secret, nonce, count, cnonce, "auth", request));
        String opaque = challenge.get("opaque");
        return SCHEME + username(user) + ", realm=" + quoted(realm) + ", nonce=" + quoted(nonce) + ", uri="
                + quoted(uri) + ", algorithm=" + algorithm + ", nc=" + count + ", cnonce=" + quoted(cnonce)
                + ", qop=auth, response=" + quoted(response) + (opaque == null ? "" : ", opaque=" + quoted(opaque));
    }

    private static Map<String, String> best(List<String> challenges) {
        for (String algorithm : ALGORITHMS) {
            for (String challenge : challenges) {
                Map<String, String> parameters = parameters(challenge);
                if (parameters != null && algorithm.equals(algorithm(parameters))) {
                    return parameters;
                }
            }
        }
        throw new LoginException("no challenge is Digest with qop=auth and SHA-256 or MD5");
    }

    /** Parameters by name, in lower case; {@code null} if the challenge is of another kind. */
    private static @Nullable Map<String, String> parameters(String challenge) {
        if (!challenge.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        Map<String, String> parameters = new TreeMap<>();
        Matcher parameter = PARAMETER.matcher(challenge.substring(SCHEME.length()));
        while (parameter.find()) {
            String quoted = parameter.group(2);
            parameters.put(
                    parameter.group(1).toLowerCase(Locale.ROOT),
                    quoted == null
                            ? parameter.group(3)
                            : ESCAPED.matcher(quoted).replaceAll("$1"));
        }
        List<String> qop = List.of(parameters.getOrDefault("qop", "").split("\\s*,\\s*", -1));
        return parameters.containsKey("nonce") && qop.contains("auth") ? parameters : null;
    }

    // Left out, it is MD5.
    private static String algorithm(Map<String, String> challenge) {
        return challenge.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    }

    /** A name that is not ASCII has a form of its own, since what a header does with other characters is anybody's guess. */
    private static String username(String user) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(user)
                ? "username=" + quoted(user)
                : "username*=UTF-8''"
                        + URLEncoder.encode(user, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("*", "%2A");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String hex(String algorithm, String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new LoginException("this Java has no " + algorithm, e);
        }
    }
}
