package io.ephemera.ports;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A contiguous range of ports, both ends included.
 *
 * @param firstPort lowest port of the range, 1 to 65535
 * @param lastPort highest port of the range, {@code firstPort} to 65535
 */
public record PortRange(int firstPort, int lastPort) {

    private static final Pattern TEXT = Pattern.compile("\\s*(\\d{1,5})\\s*-\\s*(\\d{1,5})\\s*");

    /** @throws IllegalArgumentException if the range is empty or leaves 1 to 65535 */
    public PortRange {
        if (firstPort < 1 || lastPort > 65_535 || firstPort > lastPort) {
            throw new IllegalArgumentException("a port range runs from a lower to a higher port within 1-65535, not "
                    + firstPort + "-" + lastPort);
        }
    }

    /**
     * Reads a range such as {@code 1024-5000}.
     *
     * @throws IllegalArgumentException if the text is no range
     */
    public static PortRange parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a port range is written like 1024-5000, not " + text);
        }
        return new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Number of ports in the range. */
    public int size() {
        return lastPort - firstPort + 1;
    }

    /** Whether the port lies in the range. */
    public boolean contains(int port) {
        return port >= firstPort && port <= lastPort;
    }

    @Override
    public String toString() {
        return firstPort + "-" + lastPort;
    }
}
