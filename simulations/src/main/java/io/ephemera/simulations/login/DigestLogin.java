package io.ephemera.simulations.login;

import io.ephemera.target.AuthParameters;
import io.ephemera.target.DigestAlgorithm;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One login by Digest (RFC 7616) with {@code qop=auth}: answers a challenge with SHA-256 where the server offers it, else with MD5,
 * and goes on to use its nonce, the nonce count rising with each request. Safe for concurrent use.
 */
public final class DigestLogin {

    private static final String SCHEME = "Digest ";
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
     * @throws IllegalArgumentException if no challenge is one that this class can answer
     */
    public String authorization(String method, String uri) {
        byte[] cnonce = new byte[CNONCE_BYTES];
        RANDOM.nextBytes(cnonce);
        return authorization(method, uri, HexFormat.of().formatHex(cnonce));
    }

    String authorization(String method, String uri, String cnonce) {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (String challenge : challenges) {
                Map<String, String> parameters = parameters(challenge);
                if (parameters != null && DigestAlgorithm.of(parameters) == algorithm) {
                    parameters.put("uri", uri);
                    parameters.put("cnonce", cnonce);
                    parameters.put("nc", HexFormat.of().toHexDigits(uses.incrementAndGet()));
                    return answer(algorithm, method, parameters);
                }
            }
        }
        throw new IllegalArgumentException("no challenge is Digest with qop=auth and SHA-256 or MD5");
    }

    private String answer(DigestAlgorithm algorithm, String method, Map<String, String> parameters) {
        String realm = parameters.getOrDefault("realm", "");
        String response = algorithm.response(user, realm, password, method, parameters);
        String opaque = parameters.get("opaque");
        return SCHEME + username(user) + ", realm=" + quoted(realm) + ", nonce=" + quoted(parameters.get("nonce"))
                + ", uri=" + quoted(parameters.get("uri")) + ", algorithm=" + algorithm.algorithmName() + ", nc="
                + parameters.get("nc") + ", cnonce=" + quoted(parameters.get("cnonce")) + ", qop=auth, response="
                + quoted(response) + (opaque == null ? "" : ", opaque=" + quoted(opaque));
    }

    /** Parameters by name, in lower case; {@code null} if the challenge is of another kind. */
    private static @Nullable Map<String, String> parameters(String challenge) {
        Map<String, String> parameters = challenge.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? AuthParameters.parse(challenge.substring(SCHEME.length()))
                : null;
        if (parameters == null || !parameters.containsKey("nonce")) {
            return null;
        }
        List<String> qop = List.of(parameters.getOrDefault("qop", "").strip().split("\\s*,\\s*", -1));
        return qop.contains("auth") ? new TreeMap<>(parameters) : null;
    }

    /** A name that is not ASCII has a form of its own, since what a header does with other characters is anybody's guess. */
    private static String username(String user) {
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(user)) {
            return "username=" + quoted(user);
        }
        String encoded = URLEncoder.encode(user, StandardCharsets.UTF_8);
        return "username*=UTF-8''" + encoded.replace("+", "%20").replace("*", "%2A");
    }

    private static String quoted(@Nullable String text) {
        return '"' + String.valueOf(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
