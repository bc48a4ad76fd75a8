package io.ephemera.cli.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.ConsoleCommand;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.console.InputText;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.cli.explain.ExplainedText.Figures;
import io.ephemera.reports.Format;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a text is about. */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Says of an exception, a log or a listing whether ephemeral ports ran out, by what, how sure that is and from"
                    + " which line, the smallest change that cures it, and the command that proves it here."
        },
        footer = {
            "",
            "It knows the words of Java, Netty, .NET, Go, Node.js, Python, Ruby, Rust, PHP, Erlang, curl, nginx, HAProxy,"
                    + " Windows events and NAT gateways, and the listings that \"ephemera doctor --from\" reads.",
            "",
            "Examples:",
            "  ephemera explain java.net.BindException: Address already in use: connect",
            "  ephemera explain app.log netstat.txt",
            "  ephemera explain --json app.log",
            "",
            "Exit codes: 0 not this failure; 1 it is; 2 bad input; 3 it can't be told."
        })
public final class ExplainCommand extends ConsoleCommand {

    private static final int VERSION = 1;
    private static final int MOST_REMOTES = 5;
    private static final String GIVEN = "TEXT|FILE";

    /** What is no text, even if there is no such file. */
    private static final Pattern FILE_NAME = Pattern.compile("\\S+\\.(?:log|txt|out|err|json|csv)|\\S*/\\S+\\.\\w+");

    @Parameters(paramLabel = GIVEN, arity = "0..*", description = "a text, or files; - or nothing is standard input")
    private @Nullable List<String> given;

    @Option(names = "--json", description = "print JSON; docs/cli.md names its schema")
    private boolean json;

    /** For the command line. */
    public ExplainCommand() {}

    @Override
    public Integer call() {
        String text = given == null ? InputText.read(GIVEN, InputText.STANDARD_INPUT) : text(given);
        if (text.isBlank()) {
            throw new BadInputException("there is no text: give one, the names of files, or standard input");
        }
        ExplainedText explanation = Explainer.explain(text);
        if (json) {
            JsonOutput.print(out(), json(explanation));
        } else {
            print(explanation);
        }
        out().flush();
        if (explanation.kind() == TextKind.UNKNOWN) {
            return ExitCode.UNKNOWN;
        }
        return explanation.kind().isThisFailure() ? ExitCode.FOUND : ExitCode.OK;
    }

    /** Of files their content; else the words are a text, whether the shell got them in quotes or not. */
    private static String text(List<String> given) {
        return given.stream().allMatch(ExplainCommand::isFile)
                ? given.stream().map(file -> InputText.read(GIVEN, file)).collect(Collectors.joining("\n"))
                : String.join(" ", given);
    }

    private static boolean isFile(String word) {
        try {
            return word.equals(InputText.STANDARD_INPUT)
                    || FILE_NAME.matcher(word).matches()
                    || Files.exists(Path.of(word));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void print(ExplainedText explanation) {
        TextKind kind = explanation.kind();
        String colour = kind.isThisFailure() ? "red" : "green";
        String verdict = kind.toString().toUpperCase(Locale.ROOT).replace('-', ' ');
        out().println(ansi().string("@|bold," + colour + " " + verdict + "|@") + ": "
                + explanation.answer().says());
        entry("platform", explanation.platform());
        entry("sure", explanation.sure());
        if (explanation.symptom() != null && explanation.line() != null) {
            entry("line " + explanation.line().number(), explanation.line().text());
            entry("", explanation.symptom().evidence().says());
            entry("source", explanation.symptom().evidence().source());
        }
        if (explanation.figures() != null) {
            print(explanation.figures());
        }
        entry("change", explanation.answer().change());
        entry("prove it", explanation.answer().prove());
    }

    private void print(Figures figures) {
        if (figures.usablePorts().isPresent()) {
            entry("ports", Format.count(figures.usablePorts().getAsInt()) + " (" + figures.portsFrom() + ")");
        }
        if (!figures.clientSide().isEmpty()) {
            entry("connections", states(figures.clientSide()));
        }
        if (!figures.serverSide().isEmpty()) {
            entry("server's side", states(figures.serverSide()) + ": they hold no ephemeral port");
        }
        if (!figures.clientSide().isEmpty() || !figures.serverSide().isEmpty()) {
            entry("closed first", figures.closedFirst());
        }
        figures.byRemote().stream()
                .limit(MOST_REMOTES)
                .forEach(remote -> entry(
                        "",
                        remote.endpoint() + "  " + Format.count(remote.live()) + " live, "
                                + Format.count(remote.timeWait()) + " in TIME_WAIT"));
    }

    private static String states(Map<String, Integer> states) {
        return states.entrySet().stream()
                .map(state -> Format.count(state.getValue()) + " " + state.getKey())
                .collect(Collectors.joining(", "));
    }

    private void entry(String label, String words) {
        out().printf(Locale.ROOT, "  %-14s %s%n", label, words);
    }

    private static ObjectNode json(ExplainedText explanation) {
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("kind", explanation.kind().toString())
                .put("thisFailure", explanation.kind().isThisFailure())
                .put("platform", explanation.platform())
                .put("sure", explanation.sure());
        json.set("line", JsonOutput.tree(explanation.line()));
        Symptom symptom = explanation.symptom();
        json.put("symptom", symptom == null ? null : symptom.id())
                .put("meaning", symptom == null ? null : symptom.evidence().says())
                .put("source", symptom == null ? null : symptom.evidence().source());
        Figures figures = explanation.figures();
        if (figures == null) {
            json.putNull("figures");
        } else {
            ObjectNode listed = json.putObject("figures")
                    .put(
                            "usablePorts",
                            figures.usablePorts().isEmpty()
                                    ? null
                                    : (Integer) figures.usablePorts().getAsInt())
                    .put("portsFrom", figures.portsFrom());
            listed.set("connections", JsonOutput.tree(figures.clientSide()));
            listed.set("serverSide", JsonOutput.tree(figures.serverSide()));
            listed.set("byRemote", JsonOutput.tree(figures.byRemote()));
            listed.put("closedFirst", figures.closedFirst());
        }
        return json.put("says", explanation.answer().says())
                .put("change", explanation.answer().change())
                .put("prove", explanation.answer().prove());
    }
}
