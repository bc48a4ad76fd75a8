package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.reports.Format;
import io.ephemera.reports.Terminal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was read, as lines of at most 100 columns for a console. */
public final class MachineText {

    private static final int COLUMNS = 100;
    private static final int WIDEST_VALUE = 28;
    private static final int LABEL = 22;
    private static final int MOST_REMOTES = 8;
    private static final int MOST_LISTED = 6;

    private final List<String> lines = new ArrayList<>();

    private MachineText() {}

    /** Each figure with its source, the thresholds, and what hides the failure. */
    public static List<String> lines(MachineLimits limits) {
        MachineText text = new MachineText();
        text.lines.add("This machine: " + limits.system());
        text.figures(limits.figures());
        text.lines.add(
                limits.scope() == Scope.GLOBAL
                        ? "Ports run out, for all destinations together at one port a call"
                        : "Ports run out, for each destination at one port a call");
        text.threshold("across the network", limits.thresholdAcrossNetwork());
        text.threshold("on loopback", limits.thresholdOnLoopback());
        text.masks(limits);
        return text.lines;
    }

    /** What holds ports now, by remote endpoint. */
    public static List<String> lines(PortUse use) {
        MachineText text = new MachineText();
        text.lines.add("Connections that hold a port now: " + Format.count(use.held()) + " (" + use.source() + ")");
        if (!use.byState().isEmpty()) {
            text.entry(
                    "by state",
                    use.byState().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(state -> Format.count(state.getValue()) + " " + state.getKey())
                            .collect(Collectors.joining(", ")));
        }
        use.byRemote().stream().limit(MOST_REMOTES).forEach(text::remote);
        int more = use.byRemote().size() - MOST_REMOTES;
        if (more > 0) {
            text.lines.add("  and " + Format.count(more) + " other remote endpoints");
        }
        use.notes().forEach(note -> text.entry("", note));
        return text.lines;
    }

    private void figures(List<MachineFigure<?>> figures) {
        int names = 2 + widest(figures.stream().map(MachineFigure::name));
        int values = 2 + Math.min(WIDEST_VALUE, widest(figures.stream().map(MachineText::value)));
        for (MachineFigure<?> figure : figures) {
            String start = "  " + padded(figure.name(), names);
            String value = value(figure);
            if (value.length() > WIDEST_VALUE
                    || 2 + names + values + figure.source().length() > COLUMNS) {
                addWrapped(start, value);
                addWrapped(" ".repeat(2 + names), figure.source());
            } else {
                addWrapped(start + padded(value, values), figure.source());
            }
            if (!figure.note().isEmpty()) {
                addWrapped(" ".repeat(2 + names), figure.note());
            }
        }
    }

    private static int widest(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static String value(MachineFigure<?> figure) {
        Object value = figure.value();
        if (value == null) {
            return "-";
        }
        if (value instanceof PortRange range) {
            return Format.count(range.size()) + " ports (" + range + ")";
        }
        if (value instanceof Collection<?> list) {
            return list.isEmpty() ? "none" : few(list);
        }
        String text = value instanceof Long number ? Format.count(number) : value.toString();
        return figure.unit().isEmpty() ? text : text + " " + figure.unit();
    }

    private static String few(Collection<?> list) {
        String first = list.stream().limit(MOST_LISTED).map(MachineText::item).collect(Collectors.joining(", "));
        return list.size() <= MOST_LISTED ? first : first + ", … (" + Format.count(list.size()) + ")";
    }

    private static String item(Object item) {
        return item instanceof PortRange range && range.size() == 1
                ? Integer.toString(range.firstPort())
                : item.toString();
    }

    private void threshold(String label, Threshold threshold) {
        entry(label, threshold.words());
        if (threshold.callsPerSecond().isEmpty()) {
            return;
        }
        int ports = threshold.ports().orElse(0);
        threshold.hold().ifPresent(hold -> {
            entry("", hold.basis());
            hold.alternatives()
                    .forEach(other -> entry(
                            "",
                            "or " + Quantities.seconds(other.hold()) + " = "
                                    + Quantities.rate(ports / (other.hold().toNanos() / 1e9)) + ", " + other.basis()));
        });
    }

    private void masks(MachineLimits limits) {
        if (!limits.masks().isEmpty()) {
            lines.add("The failure is hidden here");
            limits.masks().forEach(mask -> entry(mask.setting(), mask.words()));
        } else if (limits.masksKnown()) {
            lines.add("Nothing hides the failure here");
        }
        if (!limits.masksKnown()) {
            lines.add("Whether" + (limits.masks().isEmpty() ? " anything" : " anything else")
                    + " hides the failure here is not known");
        }
    }

    private void remote(PortUse.RemoteUse use) {
        ConnectionCounts counts = use.counts();
        String owners = use.owners().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(3)
                .map(owner -> owner.getKey() + ": " + Format.count(owner.getValue()))
                .collect(Collectors.joining(", "));
        entry(
                endpoint(use.remote()),
                Format.count(counts.live()) + " live, " + Format.count(counts.timeWaitHeld()) + " held in TIME_WAIT, "
                        + Format.count(counts.timeWaitReusable()) + " in TIME_WAIT that may be reused"
                        + (owners.isEmpty() ? "" : "; " + owners));
    }

    /** An endpoint as people write it. */
    public static String endpoint(InetSocketAddress endpoint) {
        String address = endpoint.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:1", "::1");
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + endpoint.getPort();
    }

    private void entry(String label, String words) {
        addWrapped("  " + padded(label, LABEL), words);
    }

    private void addWrapped(String start, String words) {
        String indent = start;
        for (String line : Terminal.wrapped(words, COLUMNS - start.length())) {
            lines.add((indent + line).stripTrailing());
            indent = " ".repeat(start.length());
        }
    }

    private static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(1, columns - text.length()));
    }
}
