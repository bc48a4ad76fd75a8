package io.ephemera.simulations.login;

/** A challenge can't be answered. The message shows no credentials. */
public final class LoginException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    LoginException(String message) {
        super(message);
    }

    LoginException(String message, Throwable cause) {
        super(message, cause);
    }
}
