package io.ephemera.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command reference, generated from the commands themselves. */
final class Reference {

    private Reference() {}

    static String markdown() {
        StringWriter text = new StringWriter();
        program().getSubcommands().forEach((name, command) -> {
            text.append("### ephemera ").append(name).append("\n\n```\n");
            text.append(command.getUsageMessage(Ansi.OFF).stripTrailing()).append("\n```\n\n");
        });
        return text.toString();
    }

    /** The example lines of every command's help. */
    static List<String> examples() {
        List<String> examples = new ArrayList<>();
        for (Map.Entry<String, CommandLine> command : program().getSubcommands().entrySet()) {
            for (String line :
                    command.getValue().getCommandSpec().usageMessage().footer()) {
                if (line.startsWith("  ephemera ")) {
                    examples.add(line.strip());
                }
            }
        }
        return examples;
    }

    /** What picocli knows of a command. */
    static CommandLine.Model.CommandSpec specification(Subcommand command) {
        return Objects.requireNonNull(program().getSubcommands().get(command.commandName()))
                .getCommandSpec();
    }

    /** What the program prints goes nowhere. */
    static CommandLine program() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return new CommandLineProgram(nowhere, nowhere, false).whole();
    }

    /** The help of the program, which lists each command by its summary. */
    static String help() {
        CommandLine program = program();
        for (Subcommand command : Subcommand.values()) {
            Objects.requireNonNull(program.getSubcommands().get(command.commandName()))
                    .getCommandSpec()
                    .usageMessage()
                    .description(command.summary() + ".");
        }
        return program.getUsageMessage(Ansi.OFF);
    }
}
