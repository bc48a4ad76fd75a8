package io.ephemera.cli.explain;

import io.ephemera.cli.doctor.Checkup;
import io.ephemera.cli.doctor.Nearness;
import io.ephemera.cli.explain.ExplainedText.Figures;
import io.ephemera.cli.explain.ExplainedText.Line;
import io.ephemera.cli.explain.ExplainedText.Remote;
import io.ephemera.cli.explain.Tables.Answer;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.Durations;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Change;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Planner;
import io.ephemera.reports.Format;
import io.ephemera.simulations.machine.Listings;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import io.ephemera.simulations.machine.MachineText;
import io.ephemera.simulations.machine.PortHoldTime;
import io.ephemera.simulations.machine.PortUse;
import io.ephemera.simulations.machine.TcpState;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says what a text says: its symptom by the table, its listings by the readers of {@code doctor}, and both together. */
final class Explainer {

    private static final String ANY = "any";
    private static final double NEAR_PERCENT = 80;

    /** Fewer in CLOSE_WAIT are on their way to be closed. */
    private static final int LEAST_LEAK = 5;

    private static final Duration PLANNED = Duration.ofMinutes(10);

    private final Listings listings;
    private final @Nullable Profile platform;
    private final @Nullable MachineLimits limits;
    private final @Nullable PortUse use;

    private Explainer(String text) {
        listings = Listings.of(List.of(text));
        platform = listings.platform().orElse(null);
        MachineReader machine = listings.machine().orElse(null);
        limits = machine == null ? null : machine.limits();
        use = machine == null || limits == null ? null : machine.portUse(limits);
    }

    static ExplainedText explain(String text) {
        return new Explainer(text).explain(text.lines().toList());
    }

    private ExplainedText explain(List<String> lines) {
        Seen seen = decisive(lines);
        Symptom symptom = seen == null ? null : seen.symptom();
        Line line = seen == null
                ? null
                : new Line(seen.at() + 1, Format.oneLine(lines.get(seen.at()).strip()));
        TextKind listed = listed();
        TextKind kind = together(symptom, listed);
        boolean bySymptom =
                symptom != null && (kind == symptom.kind() || symptom.kind().isThisFailure());
        Symptom used = bySymptom ? symptom : null;
        String name = used != null && !used.platform().equals(ANY) ? used.platform() : listedPlatform();
        String sure = used != null ? used.sure() : sureOf(kind);
        return new ExplainedText(kind, name, sure, used, used == null ? null : line, figures(), answer(kind, name));
    }

    /** The line, its number from 0, by which a message is known, and the symptom, with its place in the table. */
    private record Seen(int at, int place, Symptom symptom) {}

    /** The line that decides: of a message the table's order; of messages one of this failure, however late it comes. */
    private static @Nullable Seen decisive(List<String> lines) {
        List<Symptom> symptoms = Tables.symptoms();
        Comparator<Seen> order = Comparator.comparing(
                        (Seen seen) -> !seen.symptom().kind().isThisFailure())
                .thenComparing(Seen::place);
        Seen best = null;
        int to;
        for (int from = 0; from < lines.size(); from = to) {
            to = Symptom.endOfMessage(lines, from);
            Seen seen = seen(symptoms, lines, from, to);
            if (seen != null && (best == null || order.compare(seen, best) < 0)) {
                best = seen;
            }
        }
        return best;
    }

    private static @Nullable Seen seen(List<Symptom> symptoms, List<String> lines, int from, int to) {
        for (int place = 0; place < symptoms.size(); place++) {
            OptionalInt at = symptoms.get(place).in(lines, from, to);
            if (at.isPresent()) {
                return new Seen(at.getAsInt(), place, symptoms.get(place));
            }
        }
        return null;
    }

    /** A symptom says that ports ran out, and the listings by what; or the listings alone say it. */
    private TextKind together(@Nullable Symptom symptom, TextKind listed) {
        if (symptom == null) {
            return listed;
        }
        boolean open = symptom.kind() == TextKind.EXHAUSTION || symptom.kind() == TextKind.NO_BUFFER_SPACE;
        if (open) {
            // Listed after it was over, or in part, they don't say it.
            return listed == byWhat() ? listed : symptom.kind();
        }
        return listed.isThisFailure() && !symptom.kind().isThisFailure() ? listed : symptom.kind();
    }

    private String sureOf(TextKind kind) {
        if (kind == TextKind.UNKNOWN) {
            return "possible";
        }
        return kind.isThisFailure() && !listings.hasConnections() ? "likely" : "certain";
    }

    private String listedPlatform() {
        if (platform == null) {
            return ANY;
        }
        return platform.name().startsWith("windows") ? "windows" : platform.name();
    }

    /** What the listings say by themselves. */
    private TextKind listed() {
        if (limits == null || use == null) {
            return TextKind.UNKNOWN;
        }
        if (!use.known() && listings.counts().isEmpty()) {
            return TextKind.LIMITS;
        }
        if (use.known()) {
            Nearness nearness = Checkup.of(limits, use, NEAR_PERCENT).state();
            if (nearness == Nearness.NEAR || nearness == Nearness.EXHAUSTED) {
                return byWhat();
            }
        } else if (held().values().stream().mapToInt(Integer::intValue).sum()
                >= limits.usablePorts().orElse(Integer.MAX_VALUE) * NEAR_PERCENT / 100) {
            return byWhat();
        }
        Map<TcpState, Integer> all = held();
        use.serverSide().forEach((state, count) -> all.merge(state, count, Integer::sum));
        int closeWait = all.getOrDefault(TcpState.CLOSE_WAIT, 0);
        int established = all.getOrDefault(TcpState.ESTABLISHED, 0);
        return closeWait >= LEAST_LEAK && closeWait >= 2 * established
                ? TextKind.LEAK_IN_CLOSE_WAIT
                : TextKind.NOT_EXHAUSTED;
    }

    /** Connections from ephemeral ports by state. */
    private Map<TcpState, Integer> held() {
        Map<TcpState, Integer> held = new EnumMap<>(TcpState.class);
        if (use != null && use.known()) {
            held.putAll(use.byState());
        } else {
            held.putAll(listings.counts());
            held.remove(TcpState.LISTEN);
        }
        return held;
    }

    private TextKind byWhat() {
        int timeWait = 0;
        int closeWait = 0;
        int live = 0;
        for (Map.Entry<TcpState, Integer> state : held().entrySet()) {
            if (state.getKey() == TcpState.TIME_WAIT) {
                timeWait += state.getValue();
            } else if (state.getKey() == TcpState.CLOSE_WAIT) {
                closeWait += state.getValue();
            } else {
                live += state.getValue();
            }
        }
        if (timeWait >= closeWait && timeWait >= live) {
            return TextKind.EXHAUSTED_BY_TIME_WAIT;
        }
        return closeWait >= live ? TextKind.LEAK_IN_CLOSE_WAIT : TextKind.EXHAUSTED_BY_LIVE_CONNECTIONS;
    }

    private @Nullable Figures figures() {
        if (limits == null || use == null) {
            return null;
        }
        Map<TcpState, Integer> held = held();
        return new Figures(
                limits.usablePorts(),
                limits.ports().range().source(),
                named(held),
                named(use.serverSide()),
                use.byRemote().stream()
                        .map(remote -> new Remote(
                                MachineText.endpoint(remote.remote()),
                                remote.counts().live(),
                                remote.counts().timeWaitHeld() + remote.counts().timeWaitReusable()))
                        .toList(),
                closedFirst(held, use.serverSide()));
    }

    private static Map<String, Integer> named(Map<TcpState, Integer> states) {
        Map<String, Integer> named = new TreeMap<>();
        states.forEach((state, count) -> named.put(state.toString(), count));
        return named;
    }

    private static String closedFirst(Map<TcpState, Integer> client, Map<TcpState, Integer> server) {
        int asClient = client.getOrDefault(TcpState.TIME_WAIT, 0);
        int asServer = server.getOrDefault(TcpState.TIME_WAIT, 0);
        int other = client.getOrDefault(TcpState.CLOSE_WAIT, 0) + server.getOrDefault(TcpState.CLOSE_WAIT, 0);
        if (other > asClient + asServer) {
            return "the other side, and this one has not closed yet";
        }
        if (asClient == 0 && asServer == 0) {
            return "not told";
        }
        return asClient >= asServer ? "this side, which keeps the port" : "this side, as the server: no ephemeral port";
    }

    /** The table's answer; with the figures of a listing, the change and the command for these. */
    private Answer answer(TextKind kind, String name) {
        Answer answer = Tables.answer(kind, name);
        int timeWait = held().getOrDefault(TcpState.TIME_WAIT, 0);
        if (kind != TextKind.EXHAUSTED_BY_TIME_WAIT || platform == null || limits == null || listed() != kind) {
            return answer;
        }
        Limits documented = Limits.of(CatalogueEntry.of(platform));
        int ports = limits.usablePorts().orElse(documented.ports());
        if (ports == 0) {
            return answer;
        }
        Duration hold = limits.acrossNetwork().map(PortHoldTime::used).orElse(documented.hold());
        // What closes as fast as this fills that many ports; the calls that were refused are in no listing.
        double rate = Math.ceil(Math.max(timeWait, ports + 1) / (hold.toNanos() / 1e9));
        Duration over = hold.compareTo(PLANNED) < 0 ? PLANNED : hold.multipliedBy(2);
        Limits found = documented.overridden(ports, hold, limits.scope());
        String change = Planner.plan(Load.constant(rate, over), found, CallCost.ONE_PORT)
                .smallestChange()
                .map(Change::sentence)
                .orElse("");
        int first = Optional.ofNullable(limits.ports().range().value())
                .orElse(platform.range())
                .firstPort();
        String command = "ephemera plan --profile " + platform.name()
                + (ports == documented.ports() ? "" : " --ports " + new PortRange(first, first + ports - 1))
                + (hold.equals(documented.hold()) ? "" : " --time-wait " + Durations.format(hold))
                + " --rate " + (long) rate + " --over " + (over.equals(PLANNED) ? "10m" : Durations.format(over));
        return new Answer(answer.says(), answer.change() + ". " + change, command);
    }
}
