package io.ephemera.cli;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.Json;
import io.ephemera.cli.console.JsonWriter;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.Remedy;
import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Figure;
import io.ephemera.ports.ProfileCatalogue;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The catalogue. */
@Command(
        name = "profiles",
        description = {
            "Lists the platforms with their limits and thresholds; of one, every figure with its source, and what can"
                    + " be changed."
        },
        footer = {
            "",
            "Examples:",
            "  ephemera profiles",
            "  ephemera profiles windows-2008",
            "  ephemera profiles linux --json",
            "",
            "Exit codes: 0 listed; 2 bad input."
        })
final class ProfilesCommand implements Callable<Integer> {

    private static final int VERSION = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME|FILE", description = "a platform, or a properties file")
    private @Nullable String name;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        List<CatalogueEntry> entries;
        try {
            entries = name == null ? ProfileCatalogue.all() : List.of(ProfileCatalogue.entry(name));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, generator -> write(generator, entries));
        } else if (name == null) {
            list(out, entries);
        } else {
            entries.forEach(entry -> tell(out, entry));
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void list(PrintWriter out, List<CatalogueEntry> entries) {
        out.printf(Locale.ROOT, "%-28s %7s %9s  %-12s %9s%n", "profile", "ports", "hold", "scope", "calls/s");
        for (CatalogueEntry entry : entries) {
            out.printf(
                    Locale.ROOT,
                    "%-28s %,7d %9s  %-12s %9s%s%n",
                    entry.name(),
                    entry.ports(),
                    hold(entry.hold()),
                    entry.scope(),
                    rate(entry.thresholdCallsPerSecond(1)),
                    entry.contradictions().isEmpty() ? "" : "  *");
        }
        out.println();
        out.println("hold     TIME_WAIT, or how long a gateway keeps a port after a close; - where none is documented");
        out.println("calls/s  the highest rate that can go on for ever, at one port a call");
        out.println("*        documents contradict each other: \"ephemera profiles NAME\" has both, with sources");
    }

    private static void tell(PrintWriter out, CatalogueEntry entry) {
        out.println(entry.name() + ": " + entry.platform());
        out.println("  threshold  " + rate(entry.thresholdCallsPerSecond(1)) + " calls/s at one port a call");
        for (Variant variant : entry.variants().subList(1, entry.variants().size())) {
            out.println("             or " + rate(variant.thresholdCallsPerSecond(1)) + " calls/s: "
                    + String.format(Locale.ROOT, "%,d ports, %s", variant.ports(), hold(variant.hold()))
                    + (variant.holdsFor().isEmpty() ? "" : " (" + variant.holdsFor() + ")"));
        }
        out.println("  exhaustion " + entry.exhaustion());
        if (entry.base() != null) {
            out.println("  base       " + entry.base());
        }
        entry.changes()
                .forEach(change -> out.println("  change     " + change.setting()
                        + (change.takesEffect() == null ? "" : " (" + change.takesEffect() + ")")));
        out.println();
        entry.figures().forEach((key, figure) -> {
            figure(out, key, figure);
            figure.alternatives().forEach(other -> figure(out, "  or", other));
        });
        if (!entry.remedies().isEmpty()) {
            out.println();
            out.println("What can be changed");
        }
        for (Remedy remedy : entry.remedies()) {
            out.println("  " + remedy.name() + ": "
                    + String.format(Locale.ROOT, "%,d ports, %s, ", remedy.ports(), hold(remedy.hold()))
                    + rate(new Variant(remedy.ports(), remedy.hold(), "").thresholdCallsPerSecond(1)) + " calls/s"
                    + (remedy.takesEffect() == null ? "" : ", " + remedy.takesEffect()));
            out.println("    " + remedy.source());
        }
    }

    private static void figure(PrintWriter out, String key, Figure figure) {
        out.printf(Locale.ROOT, "%-16s %s%n", key, figure.value());
        out.println("    " + figure.source()
                + (figure.holdsFor() == null ? "" : "; for " + figure.holdsFor())
                + (figure.checked() == null ? "" : "; checked " + figure.checked()));
    }

    private static String hold(@Nullable Duration hold) {
        return hold == null ? "-" : Durations.format(hold);
    }

    private static String rate(OptionalDouble callsPerSecond) {
        if (callsPerSecond.isEmpty()) {
            return "-";
        }
        double rate = callsPerSecond.getAsDouble();
        return String.format(Locale.ROOT, rate < 1_000 ? "%,.2f" : "%,.0f", rate);
    }

    private static void write(JsonWriter json, List<CatalogueEntry> entries) {
        json.writeNumberField("schema", VERSION);
        json.writeArrayFieldStart("profiles");
        for (CatalogueEntry entry : entries) {
            json.writeStartObject();
            json.writeStringField("name", entry.name());
            json.writeStringField("platform", entry.platform());
            json.writeNumberField("ports", entry.ports());
            seconds(json, entry.hold());
            json.writeStringField("scope", entry.scope().toString());
            threshold(json, entry.thresholdCallsPerSecond(1));
            json.writeStringField("exhaustion", entry.exhaustion().toString());
            json.writeObjectFieldStart("figures");
            for (Map.Entry<String, Figure> figure : entry.figures().entrySet()) {
                json.writeFieldName(figure.getKey());
                write(json, figure.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("remedies");
            for (Remedy remedy : entry.remedies()) {
                json.writeStartObject();
                json.writeStringField("name", remedy.name());
                json.writeNumberField("ports", remedy.ports());
                seconds(json, remedy.hold());
                threshold(json, new Variant(remedy.ports(), remedy.hold(), "").thresholdCallsPerSecond(1));
                json.writeStringField("takesEffect", remedy.takesEffect());
                json.writeStringField("source", remedy.source());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void seconds(JsonWriter json, @Nullable Duration hold) {
        Json.number(json, "holdSeconds", hold == null ? Double.NaN : hold.toNanos() / 1e9);
    }

    private static void threshold(JsonWriter json, OptionalDouble rate) {
        Json.number(json, "thresholdCallsPerSecond", rate.orElse(Double.NaN));
    }

    private static void write(JsonWriter json, Figure figure) {
        json.writeStartObject();
        json.writeStringField("value", figure.value());
        json.writeStringField("source", figure.source());
        json.writeStringField("holdsFor", figure.holdsFor());
        json.writeStringField(
                "checked", figure.checked() == null ? null : figure.checked().toString());
        json.writeArrayFieldStart("alternatives");
        for (Figure other : figure.alternatives()) {
            write(json, other);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
