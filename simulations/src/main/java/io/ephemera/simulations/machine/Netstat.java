package io.ephemera.simulations.machine;

import io.ephemera.agent.TcpTable;
import io.ephemera.reports.Format;
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
 * Tables of TCP connections as {@code netstat} prints them on Windows, macOS and Linux, as {@code ss} does, and as
 * {@code /proc/net/tcp} has them. The form is told by each row itself; what is no row of these is passed over.
 *
 * @param rows what could be read
 * @param unread rows of TCP connections that could not be: names in place of numbers, addresses that were cut off
 */
record Netstat(List<Row> rows, int unread) {

    /** Who prints a row like this. */
    enum Form {
        WINDOWS,
        BSD,
        LINUX
    }

    record Row(Form form, TcpConnection connection) {}

    private static final Pattern COLON = Pattern.compile("\\[?([0-9a-fA-F.:]+|\\*)(?:%[^\\]:]*)?]?:(\\d{1,5}|\\*)");
    private static final Pattern DOT =
            Pattern.compile("([0-9a-fA-F:]+|\\d+\\.\\d+\\.\\d+\\.\\d+|\\*)(?:%\\w+)?\\.(\\d{1,5}|\\*)");
    private static final Pattern NETSTAT_ROW = Pattern.compile("tcp\\w*\\s+\\d+\\s+\\d+\\s+\\S+\\s+\\S+.*");
    private static final Pattern SS_ROW =
            Pattern.compile("(?:tcp\\s+)?(?:([A-Z][A-Z0-9-]+)\\s+)?\\d+\\s+\\d+\\s+(\\S+)\\s+(\\S+)(.*)");
    private static final Pattern SS_FILTER = Pattern.compile("\\bss\\b.*\\bstate\\s+([a-z0-9-]+)");
    private static final Pattern PROC_ROW = Pattern.compile("\\d+: [0-9A-F]{8}(?:[0-9A-F]{24})?:[0-9A-F]{4} .*");
    private static final Pattern SS_OWNER = Pattern.compile("\\(\"([^\"]+)\",pid=(\\d+)");
    private static final Pattern NETSTAT_OWNER = Pattern.compile("\\s(\\d+)/(\\S+)");
    private static final Pattern SS_TIMER =
            Pattern.compile("timer:\\(timewait,(?:(\\d+)min)?(?:(\\d+)(?:\\.\\d+)?sec)?(?:(\\d+)ms)?");
    private static final Pattern NETSTAT_TIMER = Pattern.compile("timewait \\((\\d+)\\.(\\d\\d)");

    /** @param names the name of a process of Windows by its id */
    static Netstat of(String output, LongFunction<String> names) {
        List<Row> rows = new ArrayList<>();
        int unread = 0;
        String filter = "";
        for (String line : (Iterable<String>) output.lines().map(String::strip)::iterator) {
            Matcher ss = SS_FILTER.matcher(line);
            if (ss.find()) {
                filter = ss.group(1);
            }
            String[] columns = line.split("\\s+", -1);
            Row row;
            if (columns[0].equals("TCP") && columns.length >= 4) {
                row = ofWindows(columns, names);
            } else if (PROC_ROW.matcher(line).matches()) {
                row = ofProc(line);
            } else if (NETSTAT_ROW.matcher(line).matches()) {
                row = ofUnix(columns, line);
            } else {
                Matcher listed = SS_ROW.matcher(line);
                if (!listed.matches()
                        || !listed.group(2).contains(":")
                        || !listed.group(3).contains(":")) {
                    continue;
                }
                row = ofSs(listed, filter);
            }
            if (row == null) {
                unread++;
            } else {
                rows.add(row);
            }
        }
        return new Netstat(rows, unread);
    }

    /**
     * {@code netstat -ano} of Windows. The words for the states are translated with Windows; what is read are numbers: a row whose
     * remote port is 0 listens, and one whose process is 0 is in TIME_WAIT, as no process has it any more.
     */
    private static @Nullable Row ofWindows(String[] columns, LongFunction<String> names) {
        String last = columns[columns.length - 1];
        String state = columns[3];
        if (!last.matches("\\d{1,10}")) {
            return row(Form.WINDOWS, COLON, columns[1], columns[2], TcpState.ofName(state), OptionalLong.empty(), null);
        }
        long process = Long.parseLong(last);
        return row(
                Form.WINDOWS,
                COLON,
                columns[1],
                columns[2],
                process == 0 ? TcpState.TIME_WAIT : TcpState.ofName(state),
                OptionalLong.empty(),
                process == 0 ? null : names.apply(process) + " (" + process + ")");
    }

    /** {@code netstat} of Linux, which has a colon before the port, or of a BSD, macOS among them, which has a dot. */
    private static @Nullable Row ofUnix(String[] columns, String line) {
        // A socket that is bound only has no state at all.
        TcpState state = columns.length == 5 ? TcpState.CLOSED : TcpState.ofName(columns[5]);
        if (!COLON.matcher(columns[3]).matches()) {
            return row(Form.BSD, DOT, columns[3], columns[4], state, OptionalLong.empty(), null);
        }
        Matcher owner = NETSTAT_OWNER.matcher(line);
        Matcher timer = NETSTAT_TIMER.matcher(line);
        OptionalLong left = state == TcpState.TIME_WAIT && timer.find()
                ? OptionalLong.of(Long.parseLong(timer.group(1)) * 1_000 + Long.parseLong(timer.group(2)) * 10)
                : OptionalLong.empty();
        String process = owner.find() ? owner.group(2) + " (" + owner.group(1) + ")" : null;
        return row(Form.LINUX, COLON, columns[3], columns[4], state, age(left), process);
    }

    /** {@code ss}, whose rows have no state where one was asked for. */
    private static @Nullable Row ofSs(Matcher listed, String filter) {
        TcpState state = TcpState.ofName(listed.group(1) == null ? filter : listed.group(1));
        Matcher timer = SS_TIMER.matcher(listed.group(4));
        OptionalLong left = state == TcpState.TIME_WAIT && timer.find()
                ? OptionalLong.of(millis(timer, 1, 60_000) + millis(timer, 2, 1_000) + millis(timer, 3, 1))
                : OptionalLong.empty();
        Matcher owner = SS_OWNER.matcher(listed.group(4));
        String process = owner.find() ? owner.group(1) + " (" + owner.group(2) + ")" : null;
        return row(Form.LINUX, COLON, listed.group(2), listed.group(3), state, age(left), process);
    }

    private static long millis(Matcher matcher, int group, long each) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group)) * each;
    }

    private static OptionalLong age(OptionalLong leftMillis) {
        return leftMillis.isEmpty()
                ? leftMillis
                : OptionalLong.of(Math.max(0, ProcNetTcp.TIME_WAIT.toMillis() - leftMillis.getAsLong()));
    }

    private static @Nullable Row ofProc(String line) {
        try {
            return new Row(Form.LINUX, ProcNetTcp.connection(new TcpTable.Row(line), inode -> null));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static @Nullable Row row(
            Form form,
            Pattern endpoint,
            String local,
            String remote,
            TcpState state,
            OptionalLong age,
            @Nullable String owner) {
        InetSocketAddress from = endpoint(endpoint, local);
        InetSocketAddress to = endpoint(endpoint, remote);
        if (from == null || to == null) {
            return null;
        }
        return new Row(form, new TcpConnection(from, to, to.getPort() == 0 ? listenOr(state) : state, age, owner));
    }

    private static TcpState listenOr(TcpState state) {
        return state == TcpState.CLOSED ? state : TcpState.LISTEN;
    }

    List<TcpConnection> connections() {
        return rows.stream().map(Row::connection).toList();
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
        return PortUse.of(connections(), limits, command, notes);
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
