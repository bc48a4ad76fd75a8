package io.ephemera.target;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The hash functions of Digest; in HTTP and in Java they have the same names. */
enum DigestAlgorithm {
    SHA_256("SHA-256"),
    MD5("MD5");

    private final String algorithmName;

    DigestAlgorithm(String algorithmName) {
        this.algorithmName = algorithmName;
    }

    String algorithmName() {
        return algorithmName;
    }

    /** The algorithm of that name, in any case; null if it is not one of these. */
    static @Nullable DigestAlgorithm named(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "SHA-256" -> SHA_256;
            case "MD5" -> MD5;
            default -> null;
        };
    }

    /** The hash in lower-case hexadecimal. */
    String hex(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithmName).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithmName, e);
        }
    }

    /** The hash of a text that has one character a byte. */
    String hex(String bytes) {
        return hex(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
}
