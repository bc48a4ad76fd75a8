package io.ephemera.cli;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.Spelling;
import io.ephemera.reports.Format;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code ephemera} and its commands, with where they print. Every command passes here, and the first lambda of a JVM costs it tens of
 * milliseconds: so there is none.
 */
final class CommandLineProgram {

    private static final int COLUMNS = 100;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean colours;

    CommandLineProgram(PrintWriter out, PrintWriter err, boolean colours) {
        // Picocli ends bold with 21, which on most terminals begins a double underline.
        this.out = new PrintWriter(out, true) {
            @Override
            public void write(String text) {
                super.write(text.replace("\033[21m", "\033[22m"));
            }
        };
        this.err = err;
        this.colours = colours;
    }

    /** Runs the command that the arguments name and returns the exit code. */
    int run(List<String> arguments) {
        if (ProgramHelp.isAskedFor(arguments.toArray(new String[0]))) {
            ProgramHelp.print(out, colours);
            return ExitCode.OK;
        }
        String first = arguments.get(0);
        if (first.startsWith("-")) {
            return configured(new CommandLine(root())).execute(arguments.toArray(new String[0]));
        }
        if (first.equals(ProgramHelp.COMMAND)) {
            return run(List.of(arguments.get(1), "--help"));
        }
        Subcommand wanted = Subcommand.named(first);
        if (wanted == null) {
            List<String> names = Subcommand.names();
            return refuse("there is no command " + first + "; " + Spelling.suggestion(first, names) + "there are "
                    + String.join(", ", names));
        }
        CommandLine command = configured(new CommandLine(wanted.make()).setCommandName("ephemera " + first));
        return command.execute(arguments.subList(1, arguments.size()).toArray(new String[0]));
    }

    /** The whole program, with every command in full. */
    CommandLine whole() {
        CommandLine program = new CommandLine(root());
        for (Subcommand subcommand : Subcommand.values()) {
            CommandLine command = new CommandLine(subcommand.make()).setCommandName(subcommand.commandName());
            program.addSubcommand(subcommand.commandName(), command);
        }
        return configured(program);
    }

    /** With its subcommands: picocli passes these settings on. */
    CommandLine configured(CommandLine command) {
        UsageText.layOut(command);
        return command.setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(COLUMNS)
                .setOptionsCaseInsensitive(false)
                .setParameterExceptionHandler(new IParameterExceptionHandler() {
                    @Override
                    public int handleParseException(ParameterException e, String[] arguments) {
                        return refuse(reason(e));
                    }
                })
                .setExecutionExceptionHandler(new IExecutionExceptionHandler() {
                    @Override
                    public int handleExecutionException(Exception e, CommandLine failed, ParseResult parsed) {
                        return e instanceof BadInputException ? refuse(String.valueOf(e.getMessage())) : crash(e);
                    }
                });
    }

    private CommandSpec root() {
        CommandSpec root = CommandSpec.create().name("ephemera");
        root.version("ephemera " + version());
        root.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("show this and end; ephemera help COMMAND tells of a command")
                .build());
        root.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("show the version and end")
                .build());
        root.usageMessage()
                .description("Reproduces, measures and cures ephemeral-port exhaustion: \"Only one usage of each socket"
                        + " address\", \"Address already in use: connect\", \"Cannot assign requested address\".")
                .footer(
                        "",
                        "The side that closes a connection first keeps its port in TIME_WAIT. A client that closes"
                                + " after every call can make ports / TIME_WAIT calls/s, and no more: 16.57 calls/s on"
                                + " Windows Server 2003. Begin with",
                        "  ephemera plan --rate 20 --over 30m     will it happen to me?",
                        "  ephemera doctor                        is it happening here?",
                        "  ephemera run KeepAliveOff              let it happen, on this machine alone",
                        "",
                        "Exit codes: 0 done and well, 1 found what was asked about, 2 bad input, 3 can't be told.");
        return root;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }

    private static String reason(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> options = failure.getCommandLine().getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .map(OptionSpec::longestName)
                    .sorted()
                    .toList();
            // Without dashes and value, which options have in common and names do not.
            String unknown = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
            String nearest = unknown.startsWith("--") ? Spelling.suggestion(unknown, options, "--") : "";
            return "unknown " + String.join(" ", unmatched.getUnmatched()) + ": " + nearest + "the options are "
                    + String.join(", ", options);
        }
        return String.valueOf(failure.getMessage());
    }

    /** A fault of ours can tell nothing. */
    int crash(Throwable fault) {
        if (fault instanceof OutOfMemoryError) {
            err.println("ephemera: " + fault.getMessage() + "; the heap may have "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MB: give it more (java -Xmx512m -jar …)");
        } else {
            err.println("ephemera: a fault of its own: " + fault);
            fault.printStackTrace(err);
        }
        err.flush();
        return ExitCode.UNKNOWN;
    }

    private int refuse(String reason) {
        err.println("ephemera: " + Format.oneLine(reason));
        err.flush();
        return ExitCode.BAD_INPUT;
    }
}
