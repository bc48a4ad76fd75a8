package io.ephemera.simulations.machine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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
    private static final InetSocketAddress ANY = new InetSocketAddress(0);

    /**
     * Reads {@code netstat -ano} of Windows. The words for the states are translated with Windows; what is read are numbers: a
     * row whose remote port is 0 listens, and one whose process is 0 is in TIME_WAIT, as no process has it any more.
     *
     * @param names the name of a process by its id
     */
    static Netstat ofWindows(String output, LongFunction<@Nullable String> names) {
        List<TcpConnection> connections = new ArrayList<>();
        int unread = 0;
        for (String line : output.lines().toList()) {
            String[] columns = line.strip().split("\\s+", -1);
            if (!columns[0].equals("TCP") || columns.length < 4) {
                continue;
            }
            InetSocketAddress local = endpoint(WINDOWS_ENDPOINT, columns[1]);
            InetSocketAddress remote = endpoint(WINDOWS_ENDPOINT, columns[2]);
            String last = columns[columns.length - 1];
            if (local == null || remote == null || !last.matches("\\d{1,10}")) {
                unread++;
                continue;
            }
            long process = Long.parseLong(last);
            TcpState state;
            if (remote.getPort() == 0) {
                state = TcpState.LISTEN;
            } else {
                state = process == 0 ? TcpState.TIME_WAIT : TcpState.ofName(columns[3]);
            }
            String name = process == 0 ? null : names.apply(process);
            connections.add(new TcpConnection(
                    local,
                    remote,
                    state,
                    OptionalLong.empty(),
                    process == 0 ? null : new TcpConnection.Owner(process, name == null ? "process" : name)));
        }
        return new Netstat(connections, unread);
    }

    /** Reads {@code netstat -an -p tcp} of macOS, whose ports follow the address after a dot. */
    static Netstat ofMac(String output) {
        List<TcpConnection> connections = new ArrayList<>();
        int unread = 0;
        for (String line : output.lines().toList()) {
            String[] columns = line.strip().split("\\s+", -1);
            if (!columns[0].startsWith("tcp") || columns.length < 5) {
                continue;
            }
            InetSocketAddress local = endpoint(MAC_ENDPOINT, columns[3]);
            InetSocketAddress remote = endpoint(MAC_ENDPOINT, columns[4]);
            // A socket that is bound only has no state at all.
            TcpState state = columns.length == 5 ? TcpState.CLOSED : TcpState.ofName(columns[5]);
            if (local == null || remote == null) {
                unread++;
                continue;
            }
            connections.add(new TcpConnection(local, remote, state, OptionalLong.empty(), null));
        }
        return new Netstat(connections, unread);
    }

    /** The endpoint; null if the text is none. No name is ever looked up. */
    private static @Nullable InetSocketAddress endpoint(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        int port = matcher.group(2).equals("*") ? 0 : Integer.parseInt(matcher.group(2));
        if (port > 65_535) {
            return null;
        }
        String address = matcher.group(1);
        if (address.equals("*")) {
            return port == 0 ? ANY : new InetSocketAddress(ANY.getAddress(), port);
        }
        if (!address.contains(":") && !address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getAllByName(address)[0], port);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
