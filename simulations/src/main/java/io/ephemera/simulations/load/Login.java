package io.ephemera.simulations.load;

import org.jspecify.annotations.Nullable;

/** How a caller proves who it is, and what that takes. */
public enum Login {
    /** It does not. */
    NONE(null, 1),
    /** Basic, the credentials with the first request. */
    BASIC_PREEMPTIVE("Basic", 1),
    /** Basic, the credentials only when challenged. */
    BASIC_CHALLENGED("Basic", 2),
    /** Digest: the server's nonce comes first. */
    DIGEST("Digest", 2),
    /** NTLMv2, which is bound to the connection: a bare request, Type 1, then Type 3 in answer to the server's Type 2. */
    NTLM("NTLM", 3);

    private final @Nullable String scheme;
    private final int exchanges;

    Login(@Nullable String scheme, int exchanges) {
        this.scheme = scheme;
        this.exchanges = exchanges;
    }

    /** The scheme as in {@code WWW-Authenticate}; {@code null} for {@link #NONE}. */
    public @Nullable String scheme() {
        return scheme;
    }

    /** HTTP exchanges from the first request to the response that is served; all but the last get a 401. */
    public int exchanges() {
        return exchanges;
    }
}
