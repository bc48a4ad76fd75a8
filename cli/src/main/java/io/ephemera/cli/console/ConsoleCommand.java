package io.ephemera.cli.console;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have: their help, and where they print. */
public abstract class ConsoleCommand implements Callable<Integer> {

    private static final int AFTER_ALL_OTHERS = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = AFTER_ALL_OTHERS,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    /** For the commands. */
    protected ConsoleCommand() {}

    /** What picocli knows of the command, and what it was given. */
    protected final CommandSpec spec() {
        return spec;
    }

    /** Standard output. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Whether and how standard output is coloured. */
    protected final Ansi ansi() {
        return spec.commandLine().getColorScheme().ansi();
    }

    /** Prints a line on standard error. */
    protected final void complain(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("ephemera: " + line);
        err.flush();
    }
}
