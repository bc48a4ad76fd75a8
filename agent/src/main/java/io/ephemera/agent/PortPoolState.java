package io.ephemera.agent;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Suppressed in the exception of a refused connection, for its stack trace to print: which ports, what holds them, when the
 * next one comes back. It was made where that exception was, so it needs no trace of its own; its text is made when it is asked
 * for, since an application that is refused a thousand times a second seldom asks.
 */
final class PortPoolState extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Supplier<String> detail;
    private volatile @Nullable String text;

    PortPoolState(Supplier<String> detail) {
        super(null, null, false, false);
        this.detail = detail;
    }

    @Override
    public @Nullable String getMessage() {
        Supplier<String> unread = detail;
        if (text == null && unread != null) {
            text = unread.get();
        }
        return text;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        text = getMessage();
        out.defaultWriteObject();
    }
}
