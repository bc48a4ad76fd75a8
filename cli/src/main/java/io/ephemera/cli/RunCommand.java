package io.ephemera.cli;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.ports.Spelling;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** Runs a simulation. Its options are the settings: each is made from the one definition in {@link Setting}. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Runs a simulation over real connections, and judges it: the same as under Maven, recording and verdict"
                    + " included. The load goes to a stub of the run's own on loopback unless --target names another."
        },
        footer = {
            "",
            "Rates, TIME_WAIT and step lengths are modelled: what they would be on the platform whose limits are"
                    + " enforced. Each option is the setting of that name: --time-wait is -Dephemera.timeWait under"
                    + " Maven, and --report-dir is -Dephemera.report.dir. docs/settings.md tells of their values.",
            "",
            "Examples:",
            "  ephemera run KeepAliveOff",
            "  ephemera run KeepAliveOff --profile linux --require 400",
            "  ephemera run AuthenticatedCalls --pattern digest-close-call",
            "  ephemera run KeepAliveOff --ports 20000-20499 --time-wait 60s --rates 6,10",
            "  ephemera run KeepAliveOff --rates 16,17 --pace 60",
            "",
            "Exit codes: 0 as predicted, or what was required holds; 1 the requirement fails, or measured and"
                    + " predicted differ: on stack model by a call, elsewhere by more than 0.5 %%; 2 bad input, before any load; 3 inconclusive."
        })
final class RunCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "SIMULATION",
            description = "one of ${COMPLETION-CANDIDATES}; ephemera lesson says what each of the last is about",
            completionCandidates = SimulationName.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String simulation;

    private RunCommand() {}

    /** The command with its options. */
    static CommandSpec specification() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new RunCommand());
        Set<Setting> all = EnumSet.allOf(Setting.class);
        SettingOptions.add(spec, all, all);
        return spec;
    }

    @Override
    public Integer call() {
        if (!SimulationName.ALL.contains(simulation)) {
            String all = String.join(", ", SimulationName.ALL).replaceFirst(", (\\w+)$", " and $1");
            throw new BadInputException(
                    "SIMULATION",
                    simulation,
                    "there is no such simulation; " + Spelling.suggestion(simulation, SimulationName.ALL) + "there are "
                            + all);
        }
        Settings settings = SettingOptions.read(SettingOptions.given(spec()));
        settings.given().forEach(System::setProperty);
        return GatlingRun.run(simulation, settings.report().reportDir());
    }
}
