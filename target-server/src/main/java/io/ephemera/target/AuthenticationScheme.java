package io.ephemera.target;

import java.util.Locale;

/** How a {@link TargetServer} has its callers prove who they are. */
public enum AuthenticationScheme {
    /** Everyone is served. */
    NONE,

    /** RFC 7617, in UTF-8: the password with every request, on the first exchange by those who do not wait for a challenge. */
    BASIC,

    /** RFC 7616, with SHA-256 or MD5 and {@code qop=auth}: a nonce of the server's first, so two exchanges for a first call. */
    DIGEST,

    /**
     * NTLMv2, as IIS does it: three exchanges on one connection, and then that connection, not the request, is the user's. Later
     * requests on it are served as that user's whoever sends them.
     */
    NTLM;

    /** The name on the command line: {@code none}, {@code basic}, {@code digest} or {@code ntlm}. */
    public String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    static AuthenticationScheme parse(String text) {
        return OptionRules.named(
                "auth", text, values(), AuthenticationScheme::optionValue, "must be none, basic, digest or ntlm");
    }
}
