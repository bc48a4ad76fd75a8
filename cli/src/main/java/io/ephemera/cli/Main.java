package io.ephemera.cli;

import io.ephemera.cli.console.ExitCode;
import io.ephemera.reports.Terminal;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;

/** The command line's entrance. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = writer(System.out);
        boolean colours = Terminal.isColoured();
        if (ProgramHelp.isAskedFor(args)) {
            ProgramHelp.print(out, colours);
            System.exit(ExitCode.OK);
        }
        // No option is of such a type, and to look for them loads some fifty classes.
        System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
        CommandLineProgram program = new CommandLineProgram(out, writer(System.err), colours);
        try {
            System.exit(program.run(List.of(args)));
        } catch (RuntimeException | Error e) {
            // Picocli handles exceptions of a command alone. What else goes on in this JVM is not to be waited for.
            Runtime.getRuntime().halt(program.crash(e));
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
    }
}
