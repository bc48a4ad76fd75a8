package io.ephemera.cli.doctor;

import io.ephemera.ports.Numbers;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connect from this machine to an endpoint that the user named. Where ports have run out it fails at once and by that name,
 * while others still connect inward.
 */
record Probe(String endpoint, Outcome outcome, String words) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What became of the connect. */
    enum Outcome {
        /** It connected: a port was left. */
        CONNECTED,
        /** No local port was left. */
        EXHAUSTED,
        /** The endpoint is there, and nobody listens. */
        REFUSED,
        /** Nothing came back. */
        TIMEOUT,
        /** The name has no address. */
        NAME_UNKNOWN,
        /** Any other failure. */
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Host and port, as {@code host:port} or {@code [ipv6]:port}. */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 1 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String right = "a host and a port, like example.org:443 or [::1]:443";
        int port = (int) Numbers.whole(text.substring(colon + 1), 1, 65_535, right);
        if (host.isEmpty() || (!bracketed && host.contains(":"))) {
            throw new IllegalArgumentException(right);
        }
        return InetSocketAddress.createUnresolved(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    static Probe of(InetSocketAddress unresolved) {
        String endpoint = unresolved.getHostString() + ":" + unresolved.getPort();
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(unresolved.getHostString(), unresolved.getPort());
            if (address.isUnresolved()) {
                throw new UnknownHostException(unresolved.getHostString());
            }
            socket.connect(address, (int) PATIENCE.toMillis());
            double millis = (System.nanoTime() - start) / 1e6;
            String words = String.format(
                    Locale.ROOT, "connected from port %d in %.1f ms: a port was free", socket.getLocalPort(), millis);
            // The probe is not to leave a port in TIME_WAIT behind.
            socket.setSoLinger(true, 0);
            return new Probe(endpoint, Outcome.CONNECTED, words);
        } catch (IOException e) {
            Outcome outcome = outcome(e);
            return new Probe(endpoint, outcome, words(outcome, e));
        }
    }

    String line() {
        return "Probe of " + endpoint + ": " + words;
    }

    /** By cause: the same text can come as another class, and the same class for another reason. */
    static Outcome outcome(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof BindException
                || message.contains("Cannot assign requested address")
                || message.contains("Address already in use")
                || message.contains("Only one usage of each socket address")) {
            return Outcome.EXHAUSTED;
        }
        if (failure instanceof SocketTimeoutException || message.contains("timed out")) {
            return Outcome.TIMEOUT;
        }
        if (failure instanceof UnknownHostException) {
            return Outcome.NAME_UNKNOWN;
        }
        return failure instanceof ConnectException && message.contains("refused") ? Outcome.REFUSED : Outcome.FAILED;
    }

    private static String words(Outcome outcome, @Nullable IOException failure) {
        return switch (outcome) {
            case EXHAUSTED -> "no local port: " + failure + "; connections inward still work";
            case REFUSED -> "refused: nobody listens there; a port was free";
            case TIMEOUT ->
                "no answer within " + PATIENCE.toSeconds()
                        + " s: a firewall, a dead host, or a NAT gateway with no free port";
            case NAME_UNKNOWN -> "the name has no address";
            case FAILED, CONNECTED -> "failed: " + failure;
        };
    }
}
