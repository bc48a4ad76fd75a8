package io.ephemera.cli;

import io.ephemera.cli.console.Terminal;
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
        CommandLineProgram program =
                new CommandLineProgram(writer(System.out), writer(System.err), Terminal.isColoured());
        System.exit(program.run(List.of(args)));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
    }
}
