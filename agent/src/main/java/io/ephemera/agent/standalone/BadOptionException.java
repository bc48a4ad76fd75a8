package io.ephemera.agent.standalone;

/** An option of the agent is wrong. The message is one line: the option, its value and what would be right. */
public final class BadOptionException extends Exception {

    private static final long serialVersionUID = 1L;

    BadOptionException(String message) {
        super(message);
    }
}
