package io.ephemera.agent;

/** The hook cannot be installed in this JVM, or does not bite. The message is one line that says why and what would help. */
public final class HookUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    HookUnavailableException(String message) {
        super(message);
    }

    HookUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
