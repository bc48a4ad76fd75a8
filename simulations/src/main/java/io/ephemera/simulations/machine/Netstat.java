package io.ephemera.simulations.machine;

import io.ephemera.reports.Format;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tables of connections as {@code netstat} prints them on Windows and macOS.
 *
 * @param connections what could be read
 * @param unread lines of TCP connections that could not: addresses that were cut off, for example
 */
record Netstat(List<TcpConnection> connections, int unread) {

    private static final Pattern WINDOWS_ENDPOINT = Pattern.compile("\\[?([0-9a-fA-F.:]+)(?:%[^\\]]*)?]?:(\\d{1,5})");
    private static final Pattern MAC_ENDPOINT =
            Pattern.compile("([0-9a-fA-F:]+|\\d+\\.\\d+\\.\\d+\\.\\d+|\\*)(?:%\\w+)?\\.(\\d{1,5}|\\*)");

    /**
     * Reads {@code netstat -ano} of Windows. The words for the states are translated with Windows; what is read are numbers: a
     * row whose remote port is 0 listens, and one whose process is 0 is in TIME_WAIT, as no process has it any more.
     *
     * @param names the name of a process by its id
     */
    static Netstat ofWindows(String output, LongFunction<String> names) {
        return read(output, "TCP", 4, columns -> ofWindows(columns, names));
    }

    private static @Nullable TcpConnection ofWindows(String[] columns, LongFunction<String> names) {
        InetSocketAddress local = endpoint(WINDOWS_ENDPOINT, columns[1]);
        InetSocketAddress remote = endpoint(WINDOWS_ENDPOINT, columns[2]);
        String last = columns[columns.length - 1];
        if (local == null || remote == null || !last.matches("\\d{1,10}")) {
            return null;
        }
        long process = Long.parseLong(last);
        TcpState state = process == 0 ? TcpState.TIME_WAIT : TcpState.ofName(columns[3]);
        return new TcpConnection(
                local,
                remote,
                remote.getPort() == 0 ? TcpState.LISTEN : state,
                OptionalLong.empty(),
                process == 0 ? null : names.apply(process) + " (" + process + ")");
    }

    /** Reads {@code netstat -an -p tcp} of macOS, whose ports follow the address after a dot. */
    static Netstat ofMac(String output) {
        return read(output, "tcp.*", 5, columns -> {
            InetSocketAddress local = endpoint(MAC_ENDPOINT, columns[3]);
            InetSocketAddress remote = endpoint(MAC_ENDPOINT, columns[4]);
            // A socket that is bound only has no state at all.
            TcpState state = columns.length == 5 ? TcpState.CLOSED : TcpState.ofName(columns[5]);
            return local == null || remote == null
                    ? null
                    : new TcpConnection(local, remote, state, OptionalLong.empty(), null);
        });
    }

    private static Netstat read(
            String output, String protocol, int leastColumns, Function<String[], @Nullable TcpConnection> row) {
        List<TcpConnection> connections = new ArrayList<>();
        int unread = 0;
        for (String line : output.lines().toList()) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length >= leastColumns && columns[0].matches(protocol)) {
                TcpConnection connection = row.apply(columns);
                if (connection == null) {
                    unread++;
                } else {
                    connections.add(connection);
                }
            }
        }
        return new Netstat(connections, unread);
    }

    /**
     * What holds ports.
     *
     * @param command that printed the table
     * @param unreadBecause why lines may not have been understood, as the end of a sentence
     * @param leftOut what this table does not show
     */
    PortUse use(MachineLimits limits, String command, String unreadBecause, String leftOut) {
        List<String> notes = new ArrayList<>();
        if (unread > 0) {
            notes.add(Format.count(unread) + " lines could not be read" + unreadBecause);
        }
        notes.add(leftOut);
        return PortUse.of(connections, limits, command, notes);
    }

    /** The endpoint; null if the text is none. No name is ever looked up. */
    private static @Nullable InetSocketAddress endpoint(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String address = matcher.group(1);
        int port = matcher.group(2).equals("*") ? 0 : Integer.parseInt(matcher.group(2));
        boolean any = address.equals("*");
        boolean literal = address.contains(":") || address.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        if (port > 65_535 || !(any || literal)) {
            return null;
        }
        try {
            return any ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
