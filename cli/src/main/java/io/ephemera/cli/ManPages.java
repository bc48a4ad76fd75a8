package io.ephemera.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The manual pages, in man(7): the sections of a command's help under the headings of a manual, its options as picocli lays them out. */
final class ManPages {

    private static final int COLUMNS = 72;
    private static final String EXIT_CODES = "Exit codes: ";

    private final CommandLine program;
    private final String release;

    /**
     * @param program with all its commands
     * @param version of the program
     * @param date of the build, like 2026-01-02
     */
    ManPages(CommandLine program, String version, String date) {
        this.release = "\"" + date + "\" \"Ephemera " + text(version) + "\"";
        this.program = program.setUsageHelpWidth(COLUMNS);
    }

    /** The pages, by the names of their files. */
    Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        String commands = Stream.of(Subcommand.values())
                .map(command -> ".TP\n\\fBephemera\\-" + command.commandName() + "\\fR(1)\n" + line(command.summary()))
                .collect(Collectors.joining());
        String others = Stream.of(Subcommand.values())
                .map(command -> ".BR ephemera\\-" + command.commandName() + " (1)")
                .collect(Collectors.joining(",\n", "", "\n"));
        String summary = "reproduces, measures and cures ephemeral-port exhaustion";
        pages.put("ephemera.1", page("ephemera", summary, program, ".SH COMMANDS\n" + commands, others));
        for (Subcommand command : Subcommand.values()) {
            CommandLine line = Objects.requireNonNull(program.getSubcommands().get(command.commandName()));
            String name = "ephemera-" + command.commandName();
            pages.put(name + ".1", page(name, command.summary(), line, "", ".BR ephemera (1)\n"));
        }
        return pages;
    }

    private String page(String name, String summary, CommandLine command, String commands, String seeAlso) {
        CommandSpec spec = command.getCommandSpec();
        Help help = command.getHelp();
        String options = UsageText.options(help);
        return ".TH " + text(name.toUpperCase(Locale.ROOT)) + " 1 " + release + "\n.SH NAME\n" + text(name) + " \\- "
                + line(summary)
                + ".SH SYNOPSIS\n" + asItIs(help.synopsis(0).lines().toList())
                + ".SH DESCRIPTION\n" + paragraphs(List.of(spec.usageMessage().description()))
                + commands
                + ".SH OPTIONS\n" + asItIs(options.lines().toList())
                + footer(List.of(spec.usageMessage().footer()))
                + ".SH SEE ALSO\n" + seeAlso;
    }

    /** What follows the options: the examples and the exit codes have sections of their own. */
    private static String footer(List<String> footer) {
        Predicate<String> isExitCode = line -> line.startsWith(EXIT_CODES);
        Predicate<String> isExample = line -> line.startsWith("  ") || line.endsWith(":");
        List<String> lines = footer.stream().filter(line -> !line.isEmpty()).toList();
        List<String> notes =
                lines.stream().filter(isExample.or(isExitCode).negate()).toList();
        List<String> examples = lines.stream()
                .filter(isExample)
                .filter(line -> !line.equals("Examples:"))
                .toList();
        List<String> codes = lines.stream()
                .filter(isExitCode)
                .map(line -> line.substring(EXIT_CODES.length()))
                .toList();
        return (notes.isEmpty() ? "" : ".SH NOTES\n" + paragraphs(notes))
                + (examples.isEmpty() ? "" : ".SH EXAMPLES\n" + asItIs(examples))
                + (codes.isEmpty() ? "" : ".SH EXIT STATUS\n" + paragraphs(codes));
    }

    private static String paragraphs(List<String> paragraphs) {
        return paragraphs.stream()
                .filter(paragraph -> !paragraph.isBlank())
                .map(ManPages::line)
                .collect(Collectors.joining(".PP\n"));
    }

    /** Lines that are not filled. */
    private static String asItIs(List<String> lines) {
        List<String> all = new ArrayList<>();
        lines.forEach(line -> all.add(text(line)));
        return ".nf\n" + String.join("\n", all) + "\n.fi\n";
    }

    /** Text to be filled. */
    private static String line(String text) {
        return text(UsageText.plain(text).strip()) + "\n";
    }

    /** Text in which nothing is a request. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
