package io.ephemera.agent.usage;

import io.ephemera.ports.RemoteEndpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Remote endpoints, by address or by the name that the application uses, with a port or for all ports. No name server is asked:
 * a name is compared with the one that the application has resolved itself.
 *
 * @param rules each allows some; none allows all
 */
public record Destinations(List<Rule> rules) implements Predicate<RemoteEndpoint> {

    /** Every remote endpoint. */
    public static final Destinations ALL = new Destinations(List.of());

    private static final int MOST_RULES = 100;
    private static final Pattern RULE = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]/\\s]+)(?::(\\d{1,5}))?");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /** Copies the rules. */
    public Destinations {
        rules = List.copyOf(rules);
    }

    /**
     * One of them.
     *
     * @param host name in lower case
     * @param address its address, where the host was written as one; {@code null} for a name
     * @param port remote port; 0 for all
     */
    public record Rule(String host, @Nullable InetAddress address, int port) {

        boolean matches(RemoteEndpoint remote) {
            if (port != 0 && port != remote.port()) {
                return false;
            }
            InetAddress here = remote.address();
            if (address != null) {
                return address.equals(here);
            }
            if (host.equals("localhost") && here.isLoopbackAddress()) {
                return true;
            }
            // What comes before the slash is the name that was resolved; getHostName() might ask a name server.
            String text = here.toString();
            int slash = text.indexOf('/');
            return slash > 0
                    && text.substring(0, slash).toLowerCase(Locale.ROOT).equals(host);
        }
    }

    /**
     * Reads destinations with + between them: {@code crm:443+10.1.2.3+[::1]:8080}.
     *
     * @throws IllegalArgumentException if the text is no list of destinations
     */
    public static Destinations parse(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String part : text.split("\\+", MOST_RULES)) {
            rules.add(rule(part.strip()));
        }
        return new Destinations(rules);
    }

    private static Rule rule(String text) {
        Matcher matcher = RULE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a destination is written host:port, host or [::1]:port, not " + text);
        }
        String host = matcher.group(1);
        String portText = matcher.group(2);
        int port = portText == null ? 0 : Integer.parseInt(portText);
        if (portText != null && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("a remote port is 1 to 65535, not " + portText);
        }
        boolean literal = host.startsWith("[") || IPV4.matcher(host).matches();
        try {
            return new Rule(host.toLowerCase(Locale.ROOT), literal ? InetAddress.getByName(host) : null, port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is no IP address", e);
        }
    }

    @Override
    public boolean test(RemoteEndpoint remote) {
        if (rules.isEmpty()) {
            return true;
        }
        for (Rule rule : rules) {
            if (rule.matches(remote)) {
                return true;
            }
        }
        return false;
    }
}
