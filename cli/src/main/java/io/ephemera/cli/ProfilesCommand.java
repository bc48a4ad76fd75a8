package io.ephemera.cli;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.Durations;
import io.ephemera.ports.Figure;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.reports.Format;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class ProfilesCommand extends ConsoleCommand {

    @Parameters(arity = "0..1", paramLabel = "NAME|FILE", description = "a platform, or a properties file")
    private @Nullable String name;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    @Override
    public Integer call() {
        List<CatalogueEntry> entries;
        try {
            entries = name == null ? ProfileCatalogue.all() : List.of(ProfileCatalogue.entry(name));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
        PrintWriter out = out();
        if (json) {
            ProfilesJson.print(out, entries);
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
                    + limits(variant)
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
        for (PlatformRemedy remedy : entry.remedies()) {
            out.println("  " + remedy.name() + ": "
                    + limits(remedy.after()) + ", " + rate(remedy.after().thresholdCallsPerSecond(1)) + " calls/s"
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

    private static String limits(Variant variant) {
        return Format.count(variant.ports()) + " ports, " + hold(variant.hold());
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
}
