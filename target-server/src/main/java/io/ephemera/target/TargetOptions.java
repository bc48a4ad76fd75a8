package io.ephemera.target;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TargetServer} listens and answers. Start from {@link #defaults()} and change what matters:
 * {@code TargetOptions.defaults().withClosePolicy(ClosePolicy.SERVER_FIRST)} are these with another close policy.
 *
 * <p>Every way to make one throws {@link IllegalArgumentException} for a value outside its range; the message is one line
 * naming option, value and what would be right.
 *
 * @param host name or address of this machine to listen on; default 127.0.0.1
 * @param port TCP port, 0 (any free one, the default) to 65535
 * @param ioThreads threads that serve connections, 1 to 64, beside one that accepts them; default half the processors,
 *     at least 1 and at most 4
 * @param responseBytes length of the response's body in bytes, 0 to 1,048,576; default 2
 * @param serviceTime time from a request's arrival to its response, 0 (the default) to 10 minutes, rounded up to whole
 *     milliseconds; no thread waits meanwhile
 * @param closePolicy which side closes a connection first; default {@link ClosePolicy#CLIENT_FIRST}
 * @param status HTTP status of the response, 200 (the default) to 599, except 417 (after which Undertow always closes)
 * @param authentication who is served; default {@link Authentication#none()}: everyone. {@link AuthenticationScheme#NTLM}
 *     cannot go with {@link ClosePolicy#SERVER_FIRST}, as no login could get past its first exchange
 */
public record TargetOptions(
        String host,
        int port,
        int ioThreads,
        int responseBytes,
        Duration serviceTime,
        ClosePolicy closePolicy,
        int status,
        Authentication authentication) {

    private static final TargetOptions DEFAULTS = new TargetOptions(
            "127.0.0.1",
            0,
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2)),
            2,
            Duration.ZERO,
            ClosePolicy.CLIENT_FIRST,
            200,
            Authentication.none());

    /** Checks each option. */
    public TargetOptions {
        OptionRules.checkHost(host);
        OptionRules.PORT.check(port);
        OptionRules.IO_THREADS.check(ioThreads);
        OptionRules.RESPONSE_BYTES.check(responseBytes);
        OptionRules.SERVICE_TIME.check(serviceTime);
        OptionRules.STATUS.check(status);
        if (authentication.scheme() == AuthenticationScheme.NTLM && closePolicy == ClosePolicy.SERVER_FIRST) {
            throw new InvalidOptionException(
                    "closePolicy",
                    closePolicy.optionValue(),
                    "must be client or never with ntlm, all of whose exchanges are on one connection");
        }
    }

    /** A server on any free port of loopback that answers at once with a small body, and lets the client close first. */
    public static TargetOptions defaults() {
        return DEFAULTS;
    }

    public TargetOptions withHost(String host) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withPort(int port) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withIoThreads(int ioThreads) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withResponseBytes(int responseBytes) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withServiceTime(Duration serviceTime) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withClosePolicy(ClosePolicy closePolicy) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withStatus(int status) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    public TargetOptions withAuthentication(Authentication authentication) {
        return new TargetOptions(
                host, port, ioThreads, responseBytes, serviceTime, closePolicy, status, authentication);
    }

    /**
     * These options with one of them read from a text.
     *
     * @param option its name in messages
     * @param text null for no change
     */
    TargetOptions with(String option, @Nullable String text) {
        if (text == null) {
            return this;
        }
        return switch (option) {
            case "host" -> withHost(text);
            case "port" -> withPort(OptionRules.PORT.parse(text));
            case "ioThreads" -> withIoThreads(OptionRules.IO_THREADS.parse(text));
            case "bytes" -> withResponseBytes(OptionRules.RESPONSE_BYTES.parse(text));
            case "serviceTime" -> withServiceTime(OptionRules.SERVICE_TIME.parse(text));
            case "closePolicy" -> withClosePolicy(ClosePolicy.parse(text));
            case "status" -> withStatus(OptionRules.STATUS.parse(text));
            default -> throw new IllegalArgumentException(option);
        };
    }
}
