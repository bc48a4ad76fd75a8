package io.ephemera.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual pages, in man(7), generated from the commands themselves when the jar is built; the jar has no need of them. */
public final class ManPages {

    private static final String EXAMPLES = "Examples:";
    private static final String EXIT_CODES = "Exit codes: ";

    private final String version;
    private final String date;

    private ManPages(String version, String date) {
        this.version = version;
        this.date = date;
    }

    /**
     * Writes the pages.
     *
     * @param args the folder, the version, and the date of the build, of which the first ten characters count
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, String> page :
                new ManPages(args[1], args[2].substring(0, 10)).pages().entrySet()) {
            Files.writeString(folder.resolve(page.getKey()), page.getValue());
        }
    }

    /** The pages, by the names of their files. */
    static Map<String, String> pages(String version, String date) {
        return new ManPages(version, date).pages();
    }

    private Map<String, String> pages() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        CommandLine program = new CommandLineProgram(nowhere, nowhere, false).whole();
        Map<String, String> pages = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(program.getSubcommands().keySet());
        pages.put("ephemera.1", root(program.getCommandSpec(), names));
        for (Subcommand command : Subcommand.values()) {
            CommandSpec spec = Objects.requireNonNull(program.getSubcommands().get(command.commandName()))
                    .getCommandSpec();
            pages.put("ephemera-" + command.commandName() + ".1", command(command, spec));
        }
        return pages;
    }

    private String root(CommandSpec spec, List<String> names) {
        StringBuilder page = head("ephemera", "reproduces, measures and cures ephemeral-port exhaustion");
        synopsis(page, "ephemera", spec, "\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]");
        page.append(".SH DESCRIPTION\n");
        paragraphs(page, List.of(spec.usageMessage().description()));
        page.append(".SH COMMANDS\n");
        for (Subcommand command : Subcommand.values()) {
            page.append(".TP\n\\fBephemera\\-")
                    .append(text(command.commandName()))
                    .append("\\fR(1)\n")
                    .append(line(command.summary()));
        }
        arguments(page, spec);
        footer(page, spec);
        seeAlso(page, names);
        return page.toString();
    }

    private String command(Subcommand command, CommandSpec spec) {
        StringBuilder page = head("ephemera-" + command.commandName(), command.summary());
        synopsis(page, "ephemera " + command.commandName(), spec, "");
        page.append(".SH DESCRIPTION\n");
        paragraphs(page, List.of(spec.usageMessage().description()));
        arguments(page, spec);
        footer(page, spec);
        seeAlso(page, List.of());
        return page.toString();
    }

    private StringBuilder head(String name, String summary) {
        return new StringBuilder(".TH ")
                .append(text(name.toUpperCase(java.util.Locale.ROOT)))
                .append(" 1 \"")
                .append(date)
                .append("\" \"Ephemera ")
                .append(text(version))
                .append("\"\n.SH NAME\n")
                .append(text(name))
                .append(" \\- ")
                .append(line(summary));
    }

    private static void synopsis(StringBuilder page, String name, CommandSpec spec, String rest) {
        page.append(".SH SYNOPSIS\n\\fB").append(text(name)).append("\\fR");
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                page.append("\n[").append(name(option.longestName(), option)).append(']');
            }
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String label = "\\fI" + text(parameter.paramLabel()) + "\\fR"
                    + (parameter.arity().isVariable() ? "..." : "");
            page.append('\n').append(parameter.required() ? label : "[" + label + "]");
        }
        page.append(rest.isEmpty() ? "\n" : "\n" + rest + "\n");
    }

    private static String name(String name, ArgSpec argument) {
        String bold = "\\fB" + text(name) + "\\fR";
        return argument.arity().max() == 0 ? bold : bold + "=\\fI" + text(argument.paramLabel()) + "\\fR";
    }

    private static void arguments(StringBuilder page, CommandSpec spec) {
        page.append(".SH OPTIONS\n");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            page.append(".TP\n\\fI").append(text(parameter.paramLabel())).append("\\fR\n");
            page.append(line(description(parameter)));
        }
        for (OptionSpec option : spec.options()) {
            if (option.hidden()) {
                continue;
            }
            List<String> names = new ArrayList<>();
            for (String name : option.names()) {
                names.add(name(name, option));
                if (option.negatable()) {
                    names.add(name("--no-" + name.substring(2), option));
                }
            }
            page.append(".TP\n").append(String.join(", ", names)).append('\n');
            page.append(line(description(option)));
        }
    }

    private static String description(ArgSpec argument) {
        return String.join(" ", argument.description());
    }

    /** What follows the options: the examples and the exit codes have sections of their own. */
    private static void footer(StringBuilder page, CommandSpec spec) {
        List<String> notes = new ArrayList<>();
        List<String> examples = new ArrayList<>();
        List<String> exitCodes = new ArrayList<>();
        for (String line : spec.usageMessage().footer()) {
            if (line.startsWith(EXIT_CODES)) {
                exitCodes.add(line.substring(EXIT_CODES.length()));
            } else if (line.startsWith("  ")) {
                examples.add(line.strip());
            } else if (!line.isEmpty() && !line.equals(EXAMPLES)) {
                (line.endsWith(":") ? examples : notes).add(line);
            }
        }
        section(page, "NOTES", notes);
        if (!examples.isEmpty()) {
            page.append(".SH EXAMPLES\n.nf\n");
            examples.forEach(example -> page.append(line(example)));
            page.append(".fi\n");
        }
        section(page, "EXIT STATUS", exitCodes);
    }

    private static void section(StringBuilder page, String title, List<String> paragraphs) {
        if (!paragraphs.isEmpty()) {
            page.append(".SH ").append(title).append('\n');
            paragraphs(page, paragraphs);
        }
    }

    private static void paragraphs(StringBuilder page, List<String> paragraphs) {
        boolean first = true;
        for (String paragraph : paragraphs) {
            if (!paragraph.isBlank()) {
                page.append(first ? "" : ".PP\n").append(line(paragraph));
                first = false;
            }
        }
    }

    private static void seeAlso(StringBuilder page, List<String> names) {
        page.append(".SH SEE ALSO\n");
        if (names.isEmpty()) {
            page.append(".BR ephemera (1)\n");
        }
        for (int i = 0; i < names.size(); i++) {
            page.append(".BR ephemera\\-")
                    .append(text(names.get(i)))
                    .append(i == names.size() - 1 ? " (1)\n" : " (1),\n");
        }
    }

    /** A line of text, in which nothing is a request; picocli's descriptions are formats. */
    private static String line(String text) {
        String escaped = text(text.replace("%%", "%").replace("%n", " ").strip());
        return (escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "") + escaped + "\n";
    }

    private static String text(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
    }
}
