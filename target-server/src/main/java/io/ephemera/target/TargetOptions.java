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
 * @param closePolicy which side closes a connection first; default {@link ClosePolicy#CLIENT_FIRST}
 * @param authentication who is served; default {@link Authentication#none()}: everyone. {@link AuthenticationScheme#NTLM}
 *     cannot go with {@link ClosePolicy#SERVER_FIRST}, as no login could get past its first exchange
 * @param response what is answered
 */
public record TargetOptions(
        String host,
        int port,
        int ioThreads,
        ClosePolicy closePolicy,
        Authentication authentication,
        Response response) {

    private static final TargetOptions DEFAULTS = new TargetOptions(
            "127.0.0.1",
            0,
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2)),
            ClosePolicy.CLIENT_FIRST,
            Authentication.none(),
            new Response(2, Duration.ZERO, 200));

    /** Checks each option. */
    public TargetOptions {
        OptionRules.checkHost(host);
        OptionRules.PORT.check(port);
        OptionRules.IO_THREADS.check(ioThreads);
        if (authentication.scheme() == AuthenticationScheme.NTLM && closePolicy == ClosePolicy.SERVER_FIRST) {
            throw new InvalidOptionException(
                    "closePolicy",
                    closePolicy.optionValue(),
                    "must be client or never with ntlm, all of whose exchanges are on one connection");
        }
    }

    /**
     * A response.
     *
     * @param bytes length of its body, 0 to 1,048,576; default 2
     * @param serviceTime time from a request's arrival to it, 0 (the default) to 10 minutes, rounded up to whole
     *     milliseconds; no thread waits meanwhile
     * @param status its HTTP status, 200 (the default) to 599, except 417 (after which Undertow always closes)
     */
    public record Response(int bytes, Duration serviceTime, int status) {

        /** Checks each option. */
        public Response {
            OptionRules.RESPONSE_BYTES.check(bytes);
            OptionRules.SERVICE_TIME.check(serviceTime);
            OptionRules.STATUS.check(status);
        }

        /**
         * This response with one of its options read from a text.
         *
         * @param text null for no change
         */
        Response with(String option, @Nullable String text) {
            if (text == null) {
                return this;
            }
            return switch (option) {
                case "bytes" -> new Response(OptionRules.RESPONSE_BYTES.parseInt(text), serviceTime, status);
                case "serviceTime" -> new Response(bytes, OptionRules.SERVICE_TIME.parse(text), status);
                case "status" -> new Response(bytes, serviceTime, OptionRules.STATUS.parseInt(text));
                default ->
                    throw new InvalidOptionException(
                            option, text, "unknown parameter, use bytes, serviceTime or status");
            };
        }
    }

    /** A server on any free port of loopback that answers at once with a small body, and lets the client close first. */
    public static TargetOptions defaults() {
        return DEFAULTS;
    }

    public TargetOptions withHost(String host) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }

    public TargetOptions withPort(int port) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }

    public TargetOptions withIoThreads(int ioThreads) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }

    public TargetOptions withClosePolicy(ClosePolicy closePolicy) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }

    public TargetOptions withAuthentication(Authentication authentication) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }

    public TargetOptions withResponse(Response response) {
        return new TargetOptions(host, port, ioThreads, closePolicy, authentication, response);
    }
}
