package io.ephemera.cli;

import io.ephemera.reports.Terminal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A section of a command's help. Picocli's own breaks lines within words such as {@code ./ephemera-runs}. Every command passes here
 * at its start, so there is no lambda before help is asked for.
 *
 * @param key picocli's name for the section
 */
record UsageText(String key) implements IHelpSectionRenderer {

    private static final int NAMES = 28;
    private static final String DESCRIPTION = UsageMessageSpec.SECTION_KEY_DESCRIPTION;
    private static final String FOOTER = UsageMessageSpec.SECTION_KEY_FOOTER;
    private static final String OPTIONS = UsageMessageSpec.SECTION_KEY_OPTION_LIST;

    /** Has the help of a command and of its subcommands laid out here. */
    static void layOut(CommandLine command) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(command.getHelpSectionMap());
        for (String key : List.of(DESCRIPTION, UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, OPTIONS, FOOTER)) {
            sections.put(key, new UsageText(key));
        }
        command.setHelpSectionMap(sections);
    }

    @Override
    public String render(Help help) {
        if (key.equals(DESCRIPTION)) {
            return paragraphs(help, message(help).description());
        }
        if (key.equals(FOOTER)) {
            return paragraphs(help, message(help).footer());
        }
        return key.equals(OPTIONS) ? options(help) : "";
    }

    private static UsageMessageSpec message(Help help) {
        return help.commandSpec().usageMessage();
    }

    private static String paragraphs(Help help, String[] texts) {
        List<String> lines = new ArrayList<>();
        for (String text : texts) {
            lines.addAll(Terminal.wrapped(plain(text), message(help).width()));
        }
        return lines(lines);
    }

    /** Picocli's texts are formats. */
    static String plain(String format) {
        return format.replace("%%", "%").replace("%n", " ");
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** Parameters and options with what they mean, by purpose where they have one. */
    static String options(Help help) {
        CommandSpec spec = help.commandSpec();
        List<String> lines = new ArrayList<>();
        add(help, spec.positionalParameters(), lines);
        for (ArgGroupSpec group : spec.argGroups()) {
            List<String> ofGroup = new ArrayList<>();
            add(help, group.args(), ofGroup);
            if (!ofGroup.isEmpty()) {
                lines.add("");
                lines.add(group.heading() + ":");
                lines.addAll(ofGroup);
            }
        }
        if (!spec.argGroups().isEmpty()) {
            lines.add("");
        }
        add(
                help,
                spec.options().stream()
                        .filter(option -> option.group() == null)
                        .sorted(Comparator.comparingInt(OptionSpec::order))
                        .toList(),
                lines);
        return lines(lines);
    }

    private static void add(Help help, Collection<? extends ArgSpec> args, List<String> lines) {
        for (ArgSpec arg : args) {
            if (!arg.hidden()) {
                Text names = names(help, arg);
                List<String> words = Terminal.wrapped(
                        plain(String.join(" ", arg.description())),
                        message(help).width() - NAMES - 2);
                boolean beside = names.getCJKAdjustedLength() < NAMES - 1;
                String start = beside ? names + " ".repeat(NAMES - names.getCJKAdjustedLength()) : names.toString();
                lines.add(beside ? start + words.get(0) : start);
                for (String line : words.subList(beside ? 1 : 0, words.size())) {
                    lines.add(" ".repeat(NAMES + (lines.get(lines.size() - 1).equals(start) ? 0 : 2)) + line);
                }
            }
        }
    }

    private static Text names(Help help, ArgSpec arg) {
        Help.ColorScheme colours = help.colorScheme();
        if (arg instanceof PositionalParamSpec parameter) {
            return colours.text("      ").concat(colours.parameterText(parameter.paramLabel()));
        }
        OptionSpec option = (OptionSpec) arg;
        String longest = option.longestName();
        String shortest = option.shortestName().length() == 2 ? "  " + option.shortestName() + ", " : "      ";
        String name = option.negatable() ? "--[no-]" + longest.substring(2) : longest;
        Text names = colours.text(shortest).concat(colours.optionText(name));
        return option.arity().max() == 0
                ? names
                : names.concat("=").concat(colours.optionParamText(option.paramLabel()));
    }
}
