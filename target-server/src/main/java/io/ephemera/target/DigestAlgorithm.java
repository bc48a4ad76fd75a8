package io.ephemera.target;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hash functions of Digest, the best one first, and what both sides compute with them, RFC 7616 section 3.4 with {@code qop=auth}. */
public enum DigestAlgorithm {
    /** Preferred. */
    SHA_256("SHA-256"),
    /** What is meant where a header names none. */
    MD5("MD5");

    /** In HTTP and in Java the same. */
    private final String algorithmName;

    DigestAlgorithm(String algorithmName) {
        this.algorithmName = algorithmName;
    }

    /** The name in a header: {@code SHA-256} or {@code MD5}. */
    public String algorithmName() {
        return algorithmName;
    }

    /**
     * The algorithm that a header's parameters ask for.
     *
     * @return null if it is not one of these
     */
    public static @Nullable DigestAlgorithm of(Map<String, String> parameters) {
        return switch (parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT)) {
            case "SHA-256" -> SHA_256;
            case "MD5" -> MD5;
            default -> null;
        };
    }

    /**
     * The proof that a client knows the password: the parameter {@code response}.
     *
     * @param parameters of the {@code Authorization} header, one character a byte: {@code nonce}, {@code nc}, {@code cnonce} and
     *     {@code uri} are hashed as they are sent
     */
    public String response(String user, String realm, String password, String method, Map<String, String> parameters) {
        String secret = hex((user + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8));
        String request = hex((method + ":" + parameters.get("uri")).getBytes(StandardCharsets.ISO_8859_1));
        String proof = String.join(
                ":", secret, parameters.get("nonce"), parameters.get("nc"), parameters.get("cnonce"), "auth", request);
        return hex(proof.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String hex(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithmName).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithmName, e);
        }
    }
}
