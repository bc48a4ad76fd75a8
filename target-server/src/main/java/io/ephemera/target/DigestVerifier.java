package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Digest, RFC 7616, with {@code qop=auth}. Undertow's own knows MD5 only.
 *
 * <p>Left out: {@code auth-int}, the {@code -sess} algorithms, hashed user names and {@code Authentication-Info}. None is
 * offered, and no client insists on one.
 */
final class DigestVerifier extends Verifier {
    /**
     * SHA-256 before MD5, as the RFC wants the better one first and curl takes the first it knows. Java's HttpURLConnection
     * takes the last it is offered, and newer ones then refuse if that is MD5: hence SHA-256 once more.
     */
    private static final List<DigestAlgorithm> OFFERED =
            List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5, DigestAlgorithm.SHA_256);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> passwords;
    private final String passwordOfStrangers = randomHex();
    private final String realm;
    private final String opaque = randomHex();
    private final Nonces nonces;
    private final LongSupplier nanoClock;

    DigestVerifier(Authentication authentication, LongSupplier nanoClock, HttpHandler next) {
        super(next);
        this.nanoClock = nanoClock;
        this.passwords = authentication.passwords();
        this.realm = authentication.realm();
        this.nonces = new Nonces(authentication.nonceLifetime());
    }

    @Override
    @Nullable
    String user(HttpServerExchange exchange, @Nullable String authorization) {
        String parameters = afterScheme("Digest", authorization);
        DigestResponse response = parameters == null ? null : DigestResponse.parse(parameters);
        if (response == null
                || !response.get("realm").equals(realm)
                || !response.get("opaque").equals(opaque)) {
            return challenge(exchange, false);
        }
        if (!isTarget(response.get("uri"), exchange)) {
            Answers.sendLine(exchange, 400, "the uri in the Authorization header is not the request's");
            return null;
        }
        // A stranger has a password too: the time taken does not tell a user who exists from one who does not.
        String user = response.user();
        String password = passwords.getOrDefault(user, passwordOfStrangers);
        String method = exchange.getRequestMethod().toString();
        String expected = response.algorithm().response(user, realm, password, method, response.parameters());
        if (!isSame(response.get("response"), expected) || !passwords.containsKey(user)) {
            return challenge(exchange, false);
        }
        // Only now: counts are used up by those who know the password, and "stale" is said to nobody else.
        Nonces.Use use = nonces.use(response.get("nonce"), response.count(), nanoClock.getAsLong());
        return use == Nonces.Use.FRESH ? user : challenge(exchange, use == Nonces.Use.INVALID);
    }

    private @Nullable String challenge(HttpServerExchange exchange, boolean stale) {
        String nonce = nonces.issue(nanoClock.getAsLong());
        Stream<String> challenges = OFFERED.stream()
                .map(algorithm -> "Digest realm=\"" + realm + "\", qop=\"auth\", algorithm=" + algorithm.algorithmName()
                        + ", nonce=\"" + nonce + "\", opaque=\"" + opaque + "\", charset=UTF-8"
                        + (stale ? ", stale=true" : ""));
        return challenge(exchange, challenges.toList());
    }

    /** Whether a client that asked for {@code uri} would have sent this request; it may have named the host as well. */
    private static boolean isTarget(String uri, HttpServerExchange exchange) {
        String query = exchange.getQueryString();
        // Undertow does not tell an empty query from none.
        String asked = query.isEmpty() && uri.endsWith("?") ? uri.substring(0, uri.length() - 1) : uri;
        String suffix = query.isEmpty() ? "" : "?" + query;
        return asked.equals(exchange.getRequestURI() + suffix) || asked.equals(exchange.getRequestURL() + suffix);
    }

    private static boolean isSame(String given, String expected) {
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.ISO_8859_1), expected.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** 128 bits, of characters that need no quoting. */
    static String randomHex() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
