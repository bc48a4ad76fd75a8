package io.ephemera.cli;

import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.simulations.settings.MatrixFile;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a matrix. Its options are settings, made from the one definition in {@link Setting}, and so is its FILE. */
@Command(
        name = "matrix",
        sortOptions = false,
        description = {
            "Runs a list of profiles, patterns and remedies, one after the other over real connections, and prints one"
                    + " table: predicted, measured, difference, and with --require how many times the rate that you need"
                    + " each row sustains. The same as run TuningMatrix, and as under Maven."
        },
        footer = {
            "",
            "A row of FILE is a line NAME: SETTING=VALUE SETTING=VALUE. Settings are those of a single run, and A|B makes"
                    + " a row of each value. What an option says holds for each row that does not say it itself.",
            "my.matrix, whose second line makes two rows:",
            "  both values: profile=windows-2003 remedy=MaxUserPort=65534,TcpTimedWaitDelay=30",
            "  logins: profile=windows-2003 pattern=basic-preemptive|ntlm-close-call",
            "",
            "A row that is bounded showed no failure at ten times what its ports would suffice for. Each row is a run"
                    + " with a folder of its own, in that of the matrix; docs/matrix.md tells of all that is left there.",
            "",
            "Examples:",
            "  ephemera matrix",
            "  ephemera matrix --require 20",
            "  ephemera matrix my.matrix --profile linux --require 400",
            "  ephemera matrix my.matrix --json",
            "",
            "Exit codes: 0 every row as predicted, and one sustains what was required; 1 a row is not as predicted, or"
                    + " none sustains it; 2 bad input, before any load; 3 a row is inconclusive or missing."
        })
final class MatrixCommand extends ConsoleCommand {

    private static final String FILE = "FILE";

    @Parameters(
            paramLabel = FILE,
            arity = "0..1",
            description = "the rows, a line for each; default: the rows that are built in")
    private @Nullable String file;

    @Option(
            names = "--json",
            description = "print at the end what matrix.json says, and nothing else: what goes on is told on standard"
                    + " error; docs/matrix.md names its schema")
    private boolean json;

    private MatrixCommand() {}

    /** The command with its options. */
    static CommandSpec specification() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new MatrixCommand());
        Set<Setting> options = EnumSet.allOf(Setting.class);
        options.remove(Setting.MATRIX);
        SettingOptions.add(spec, options, MatrixFile.settings());
        return spec;
    }

    @Override
    public Integer call() {
        Properties all = SettingOptions.given(spec());
        if (file != null) {
            all.setProperty(Setting.MATRIX.key(), file);
        }
        Settings settings = SettingOptions.readMatrix(all, FILE);
        settings.given().forEach(System::setProperty);
        if (!json) {
            return GatlingRun.run(
                    SimulationName.TUNING_MATRIX, settings.report().reportDir());
        }
        // Gatling and the simulation print where people read.
        System.setOut(System.err);
        return GatlingRun.matrix(settings.report().reportDir());
    }
}
