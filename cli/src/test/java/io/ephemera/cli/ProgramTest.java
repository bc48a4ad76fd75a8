package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.simulations.scenario.Scenario;
import io.ephemera.simulations.settings.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@DisplayName("ephemera")
class ProgramTest {

    @Test
    @DisplayName("lists its commands, with --help and without any argument")
    void help() {
        Ran help = Ran.ephemera("--help");
        assertEquals(0, help.exitCode());
        for (Subcommand command : Subcommand.values()) {
            assertTrue(help.out().contains("  " + command.commandName() + " "), help.out());
        }
        assertEquals(help, Ran.ephemera(List.of()));
        assertTrue(Ran.ephemera("--version").out().startsWith("ephemera "));
    }

    @Test
    @DisplayName(
            "ends by a fault of its own with exit code 3, which tells nothing, and never with 1, which is a finding")
    void crash() {
        StringWriter err = new StringWriter();
        CommandLineProgram program = new CommandLineProgram(new PrintWriter(err), new PrintWriter(err), false);
        Callable<Integer> broken = () -> {
            throw new IllegalStateException("broken");
        };
        CommandSpec command = CommandSpec.wrapWithoutInspection(broken);
        assertEquals(3, program.configured(new CommandLine(command)).execute());
        String first = err.toString().lines().findFirst().orElse("");
        assertEquals("ephemera: a fault of its own: java.lang.IllegalStateException: broken", first);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "nope | there is no command nope; there are plan, run, matrix, doctor, explain, report, merge, demo, lesson, profiles, alerts, replay, target, completion",
                "mattrix | there is no command mattrix; the nearest is matrix; there are plan, run,",
                "help nope | there is no command nope; there are plan, run,",
                "--nope | unknown --nope: the options are --help, --version",
                "run KeepAliveOff --rtes 5 | unknown --rtes 5: the nearest is --rates; the options are",
                "run keepAliveOf | SIMULATION=keepAliveOf: there is no such simulation; the nearest is KeepAliveOff; there are",
                "run Leek | SIMULATION=Leek: there is no such simulation; the nearest is Leak; there are",
                "profiles windows-2033 | no profile and no file is named windows-2033; the nearest is windows-2003; the",
                "plan --rate 20 --over 30m --ports-per-call ٣ | --ports-per-call=٣: a whole number from 1 to 1000",
                "run KeepAliveOff --devices ٣ | --devices=٣: a whole number from 1 to 5000",
                "profiles os2 | no profile and no file is named os2; the catalogue has ",
                "profiles linux macos | unknown macos: the options are",
                "completion fish | SHELL=fish: bash or zsh",
                "completion | Missing required parameter: 'SHELL'",
                "run | Missing required parameter: 'SIMULATION'",
                "run Nope | SIMULATION=Nope: there is no such simulation; there are KeepAliveOff, AuthenticatedCalls, NatGateway, TuningMatrix, Migration, ServiceToService, MonitoringEngine, InAndOut, BandAid, NetstatTest, OccupiedPort, Leak and SmallPool",
                "run KeepAliveOff --rates 5,4 | --rates=5,4: rates rise from step to step, like 10,12,14",
                "run KeepAliveOff --time-wait 1 | --time-wait=1: a duration is a number with a unit",
                "run KeepAliveOff --profile aws-nat-gateway | --profile=aws-nat-gateway: ",
                "run KeepAliveOff --report-dir  | Missing required parameter for option '--report-dir'",
                "run KeepAliveOff --speedup 60 | --speedup=60: time is virtual on stack model",
                "run KeepAliveOff --stack netns --pace 60 | --pace=60: time is virtual on stack model alone",
                "run KeepAliveOff --stack os --speedup 2 | --speedup=2: stack os is this machine as it is, in real time",
                "matrix nowhere.matrix | FILE=nowhere.matrix: it can't be read; give a file with a row in each line",
                "matrix pom.xml | FILE=pom.xml: line 1: ",
                "matrix one two | unknown two: the options are",
                "matrix --require never | --require=never: ",
                "matrix --profile os2 --json | --profile=os2: ",
                "matrix --rates 5 | --rates=5: a matrix chooses it for each row by itself; leave it out",
                "matrix --speedup 60 | --speedup=60: time is virtual on stack model",
                "matrix --matrix my.matrix | unknown --matrix: the options are --addresses, --calls-per-user, --concurrency, --help, --json, --order, --pace, --pattern",
                "demo | demo waits for a key after each chapter, and there is no terminal: give --auto",
                "demo --auto --time-wait 1 | --time-wait=1: a duration is a number with a unit",
                "demo --auto --profile os2 | --profile=os2: ",
                "demo --auto --pause never | --pause=never: ",
                "demo --auto --pace never | --pace=never: ",
                "demo --auto --report-dir pom.xml | --report-dir=",
                "lesson 99 | LESSON=99: a number from 1 to ",
                "lesson Leek | LESSON=Leek: the nearest is Leak; a number from 1 to ",
                "lesson --both | --both needs a lesson, like 8 or Leak",
                "lesson 8 --profile os2 | --profile=os2: ",
                "target --colour | unknown --colour: the options are",
            })
    void badInput(String arguments, String line) {
        Ran ran = Ran.ephemera(arguments);
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("ephemera: " + line), ran.err());
        assertEquals(2, ran.exitCode());
    }

    @Test
    @DisplayName("lists every lesson by its number and the title that docs/lessons has")
    void lessons() throws Exception {
        String table = Files.readString(Path.of("../docs/lessons/README.md"));
        List<String> titles = table.lines()
                .filter(row -> row.matches("\\| \\d+ .*"))
                .map(row -> row.replaceFirst("\\| (\\d+) \\| (.*) \\| `.*", "$1 $2"))
                .map(row -> row.replaceAll("[\\[\\]]|\\([^)]*\\.md\\)", "").toLowerCase(Locale.ROOT))
                .toList();
        List<String> listed = Ran.ephemera("lesson")
                .out()
                .lines()
                .map(line -> line.strip().replaceFirst("(\\d+) +\\w+ +", "$1 ").toLowerCase(Locale.ROOT))
                .toList();
        assertEquals(titles, listed);
        for (Scenario scenario : Scenario.values()) {
            assertTrue(table.contains("-Dsimulation=" + scenario.simulation() + "`"), scenario.simulation());
        }
    }

    /** Where a value is refused: each with what turns a terminal red and clears it, and a second line. */
    static Stream<List<String>> hostile() {
        String bad = "\033[31m\033[2J\nsecond\u202e";
        Stream<List<String>> settings = Arrays.stream(Setting.values())
                // What they take is found out when the run is prepared.
                .filter(setting -> !Set.of(Setting.REPORT_DIR, Setting.RESUME, Setting.MATRIX)
                        .contains(setting))
                .map(setting -> List.of("run", "KeepAliveOff", SettingOptions.option(setting), bad));
        return Stream.concat(
                settings,
                Stream.of(
                        List.of(bad),
                        List.of("help", bad),
                        List.of("run", bad),
                        List.of("run", "KeepAliveOff", "--" + bad),
                        List.of("run", "KeepAliveOff", bad),
                        List.of("matrix", bad),
                        List.of("plan", "--rate", bad, "--over", "30m"),
                        List.of("plan", "--rate", "20", "--over", bad),
                        List.of("plan", "--rate", "20", "--over", "30m", "--profile", bad),
                        List.of("doctor", "--near", bad),
                        List.of("doctor", "--expect", bad),
                        List.of("doctor", "--probe", bad),
                        List.of("report", bad),
                        List.of("demo", "--auto", "--pause", bad),
                        List.of("lesson", bad),
                        List.of("profiles", bad),
                        List.of("completion", bad)));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @DisplayName(
            "refuses a value with control characters and line breaks in one line that shows none of them, and whole")
    void hostile(List<String> arguments) {
        Ran ran = Ran.ephemera(arguments);
        assertEquals("", ran.out());
        assertEquals(2, ran.exitCode(), ran.err());
        assertTrue(ran.err().matches("ephemera: [^\\p{Cntrl}\\u202e]+\\R"), ran.err());
        assertTrue(ran.err().contains("second?"), ran.err());
    }

    @Test
    @DisplayName("refuses as many command lines as SECURITY.md says")
    void counted() throws Exception {
        Method badInput = ProgramTest.class.getDeclaredMethod("badInput", String.class, String.class);
        long lines = hostile().count() + badInput.getAnnotation(CsvSource.class).value().length;
        String security = Files.readString(Path.of("..", "SECURITY.md"));
        assertTrue(security.contains("| " + lines + " | command lines "), lines + security);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "help",
                "run --help",
                "help matrix",
                "plan --help",
                "plan --rate 20 --over 30m",
                "doctor"
            })
    @DisplayName("leaves no attribute on at the end of a line where it colours, and underlines nothing doubly")
    void attributes(String line) {
        StringWriter out = new StringWriter();
        new CommandLineProgram(new PrintWriter(out), new PrintWriter(out), true).run(List.of(line.split(" ")));
        assertTrue(out.toString().contains("\033[1m"), out.toString());
        assertFalse(out.toString().contains("\033[21m"), out.toString());
        for (String each : out.toString().split("\n", -1)) {
            Matcher attributes = Pattern.compile("\033\\[([0-9;]*)m").matcher(each);
            String last = "0";
            while (attributes.find()) {
                last = attributes.group(1);
            }
            assertEquals("0", last, each);
        }
    }

    @Test
    @DisplayName("groups the options of run by what they are for, with what each takes, and breaks no word")
    void helpOfRun() {
        String help = Ran.ephemera("help run").out();
        assertEquals(help, Ran.ephemera("run --help").out());
        for (String shown : List.of(
                "\nWhose limits, and who enforces them:\n      --profile=NAME|FILE   name in",
                "\nHow the client uses connections:\n      --pattern=PATTERN",
                "\nWhat is offered, and what must hold:\n      --rates=RATE,...",
                "\nHow fast:\n      --pace=N ",
                "authentication.md",
                "./ephemera-runs",
                "\n\n  -h, --help                show this and end\n")) {
            assertTrue(help.contains(shown), shown + help);
        }
        assertFalse(help.contains("VALUE"), help);
        for (Setting setting : Setting.values()) {
            assertEquals(1, help.split("\n      " + SettingOptions.option(setting) + "=", -1).length - 1, help);
        }
        for (String line : help.split("\n", -1)) {
            assertTrue(line.length() <= 100, line);
        }
    }

    @Test
    @DisplayName("lists every profile of the catalogue with its threshold, as a table and as JSON")
    void profiles() throws Exception {
        String table = Ran.ephemera("profiles").out();
        JsonNode all =
                Ran.ephemera("profiles --json").json("profiles.schema.json").get("profiles");
        assertEquals(ProfileCatalogue.names().size(), all.size());
        for (JsonNode profile : all) {
            assertTrue(table.contains(profile.get("name").asText() + " "), table);
        }
        assertTrue(table.lines().anyMatch(line -> line.matches("windows-2003 +3,977 +240s +global +16\\.57.*")), table);
        assertTrue(
                all.findValues("name").stream().anyMatch(name -> name.asText().equals("aws-nat-gateway")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-2003", "windows-2008", "aws-nat-gateway"})
    @DisplayName("shows the source of each figure of a profile")
    void sources(String name) throws Exception {
        String text = Ran.ephemera("profiles " + name).out();
        JsonNode profile = Ran.ephemera("profiles --json " + name)
                .json("profiles.schema.json")
                .at("/profiles/0");
        profile.get("figures").forEach(figure -> {
            assertTrue(text.contains(figure.get("source").asText()), text);
            figure.get("alternatives")
                    .forEach(other ->
                            assertTrue(text.contains(other.get("source").asText()), text));
        });
    }

    @Test
    @DisplayName("completes commands and options in bash")
    void completion(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("completion");
        Files.writeString(script, Ran.ephemera("completion bash").out());
        assertEquals(Ran.ephemera("completion bash"), Ran.ephemera("completion zsh"));
        assertEquals("plan profiles", completed(script, "ephemera p", 1));
        assertEquals("--time-wait", completed(script, "ephemera plan --time", 2));
        assertEquals("--report-dir", completed(script, "ephemera run --rep", 2));
        assertEquals("KeepAliveOff", completed(script, "ephemera run Keep", 2));
        assertEquals("matrix", completed(script, "ephemera ma", 1));
        assertEquals("--remedy --report-dir --require", completed(script, "ephemera matrix --re", 2));
    }

    @Test
    @DisplayName("completes commands and options in zsh")
    void completionInZsh(@TempDir Path folder) throws Exception {
        Tools.assumeInstalled("zsh");
        Path script = folder.resolve("completion");
        Files.writeString(script, Ran.ephemera("completion zsh").out());
        assertTrue(typedInZsh(folder, script, "ephemera plan --time", "-wait").endsWith("ephemera plan --time-wait"));
        assertTrue(typedInZsh(folder, script, "ephemera matrix --req", "uire").endsWith("ephemera matrix --require"));
        assertTrue(typedInZsh(folder, script, "ephemera run Keep", "Off").endsWith("ephemera run KeepAliveOff"));
    }

    /** What an interactive zsh has in its line when Tab was pressed. */
    private static String typedInZsh(Path folder, Path script, String typed, String completed) throws Exception {
        Path driver = folder.resolve("driver.zsh");
        Files.writeString(driver, """
                zmodload zsh/zpty || exit 3
                export TERM=dumb
                zpty shell zsh -f -i
                zpty -w shell "PS1= ; autoload -U compinit && compinit -u -D; source $1; print rea''dy"
                zpty -r -m shell said '*ready*' || exit 4
                zpty -w -n shell "$2"$'\\t'
                zpty -r -m shell said "*$3*" || exit 5
                print -r -- "$said"
                zpty -d shell
                """);
        Ran zsh = Tools.run(folder, List.of("zsh", "-f", driver.toString(), script.toString(), typed, completed));
        assertEquals(0, zsh.exitCode(), zsh.out() + zsh.err());
        return zsh.out().strip();
    }

    private static String completed(Path script, String line, int word) throws Exception {
        String command = "compopt() { :; }; source '" + script + "'; COMP_WORDS=(" + line + "); COMP_CWORD=" + word
                + "; _complete_ephemera; printf '%s\\n' \"${COMPREPLY[@]}\" | sed 's/ *$//' | sort -u | paste -sd ' '";
        Process bash = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), printed);
        return printed.strip();
    }
}
