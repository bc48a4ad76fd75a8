package io.ephemera.cli;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Completion for shells. */
@Command(
        name = "completion",
        description = {"Prints a script that completes commands and options of ephemera in a shell."},
        footer = {
            "",
            "The script completes a command named ephemera, for example of",
            "  alias ephemera='java -jar /opt/ephemera.jar'",
            "",
            "Examples:",
            "  ephemera completion bash",
            "  ephemera completion zsh",
            "",
            "In bash: source <(ephemera completion bash). In zsh, after compinit: source <(ephemera completion zsh).",
            "",
            "Exit codes: 0 printed; 2 bad input."
        })
final class CompletionCommand extends ConsoleCommand {

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String shell;

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new BadInputException("SHELL", shell, "bash or zsh");
        }
        PrintWriter out = out();
        // picocli's script is for both: under zsh it turns on bashcompinit itself.
        out.println(AutoComplete.bash("ephemera", new CommandLineProgram(out, out, false).whole()));
        out.flush();
        return ExitCode.OK;
    }
}
