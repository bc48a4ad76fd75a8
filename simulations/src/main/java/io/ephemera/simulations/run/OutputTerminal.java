package io.ephemera.simulations.run;

import io.ephemera.simulations.stack.PrivateNetwork;
import java.io.Console;

/** Whether somebody watches. */
final class OutputTerminal {

    private OutputTerminal() {}

    /** Whether standard output is a terminal, on which a line can be rewritten. */
    @SuppressWarnings("SystemConsoleNull") // What differs from JDK 22 on is dealt with here.
    static boolean isOutput() {
        if (PrivateNetwork.isTerminalOutside()) {
            return true;
        }
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            // Before JDK 22 there is a console only on a terminal.
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
