package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.MatrixTable;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.page.Pages;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.gatling.GatlingInternals;
import io.ephemera.simulations.load.ConnectionUse;
import io.ephemera.simulations.load.Login;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.MatrixFile;
import io.ephemera.simulations.settings.MatrixRow;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Many runs in one JVM, one after the other: each has its own stub, its own pool and its own folder, and is judged as soon as its
 * last call has ended. What they share is that the JVM is warm.
 */
public final class MatrixRun {

    private static final String SIMULATION = "TuningMatrix";
    private static final int NAME_CHARACTERS = 40;

    /** A system property, since Gatling makes the simulation and hands nothing to it. */
    private static final String JSON = "io.ephemera.matrix.json";

    private final List<PlannedRow> rows;
    private final List<Run> runs = new ArrayList<>();
    private final Path folder;
    private final Instant startedAt;
    private final Map<String, String> given;
    private final @Nullable Double required;
    private final List<Row> ended = new ArrayList<>();
    private int begun;

    private @Nullable MatrixResult written;

    private long rowBegunNanos;

    private MatrixRun(List<PlannedRow> rows, Path folder, Settings settings) {
        this.rows = List.copyOf(rows);
        for (int index = 0; index < rows.size(); index++) {
            int number = index;
            PlannedRow row = rows.get(index);
            runs.add(new Run(row.usage, row.row.settings().sourceAddresses(), true, () -> over(number)));
        }
        this.folder = folder;
        this.startedAt = RunContext.startedAt();
        this.given = settings.given();
        this.required = settings.load().requiredCallsPerSecond();
    }

    private record PlannedRow(MatrixRow row, Usage usage, String simulation, String runId) {}

    /**
     * Has the matrix of this JVM print what {@code matrix.json} says when it ends, for programs; also when it is cut short by what
     * can't be helped. It goes to the descriptor 1, whatever {@link System#out} is, and nothing else goes there.
     */
    public static void printJson() {
        System.setProperty(JSON, "true");
    }

    /**
     * Reads the settings and all rows. Bad input ends the JVM here, with one line and exit code 2, before any load.
     *
     * @param remedies those that the rows may have
     */
    public static MatrixRun prepare(Set<Remedy> remedies) {
        return Exit.unlessPrepared("the matrix", () -> {
            SettingsCheck.nativeTransport();
            Properties properties = System.getProperties();
            Settings settings = SettingsReader.read(properties, Path.of(""));
            List<PlannedRow> rows = new ArrayList<>();
            for (MatrixRow row : MatrixFile.rows(properties, Path.of(""))) {
                rows.add(planned(row, remedies, rows.size() + 1));
            }
            Path reportDir = RunContext.openReportDir(settings);
            GatlingInternals.open();
            if (rows.stream().anyMatch(row -> row.usage.pattern().connections() == ConnectionUse.CLOSED_ABORTIVELY)) {
                AbortiveClose.set(true);
            }
            Path folder = reportDir.resolve(RunContext.runId(SIMULATION));
            return new MatrixRun(rows, folder, settings);
        });
    }

    private static PlannedRow planned(MatrixRow row, Set<Remedy> remedies, int number) throws BadSettingException {
        try {
            SettingsCheck.remedies(SIMULATION, remedies, row.settings());
            Usage usage = SettingsCheck.usage(row.settings(), Pattern.KEEP_ALIVE_OFF);
            return new PlannedRow(
                    row,
                    usage,
                    usage.pattern().login() == Login.NONE ? "KeepAliveOff" : "AuthenticatedCalls",
                    folderName(number, row.name()));
        } catch (BadSettingException e) {
            throw new BadSettingException("row " + row.name() + ": " + e.getMessage());
        }
    }

    /** What every file system takes, in the order of the rows. */
    private static String folderName(int number, String name) {
        String plain = name.replaceAll("[^A-Za-z0-9.=_-]+", "-");
        return String.format(
                Locale.ROOT, "%02d-%s", number, plain.substring(0, Math.min(NAME_CHARACTERS, plain.length())));
    }

    /** The rows as runs, in order. */
    public List<Run> runs() {
        return List.copyOf(runs);
    }

    /** Name of a row. */
    public String name(int index) {
        return rows.get(index).row.name();
    }

    /** For the simulation's {@code before()}. */
    public void before() {
        System.out.println("Ephemera " + SIMULATION + ": " + rows.size() + " rows on stack model, in " + folder);
        System.out.flush();
        begin(0);
    }

    /** Asked while calls end, which are not to wait for the next row. */
    private void over(int index) {
        if (index + 1 < rows.size()) {
            Thread next = new Thread(() -> begin(index + 1), "ephemera-matrix");
            next.start();
        }
    }

    /** Ends the row before and prepares this one. What can't be helped ends the JVM: rows that have ended are kept. */
    private synchronized void begin(int index) {
        try {
            endRow();
            PlannedRow row = rows.get(index);
            rowBegunNanos = System.nanoTime();
            RunContext prepared = RunContext.row(
                    RunContext.identity(row.runId, row.simulation, row.row.settings()),
                    row.row.settings(),
                    row.usage,
                    required,
                    folder);
            System.out.println("row " + (index + 1) + "/" + rows.size() + " " + row.row.name());
            Banner.rowLines(prepared).forEach(System.out::println);
            System.out.flush();
            begun = index + 1;
            runs.get(index).begin(prepared);
        } catch (BadSettingException | HookUnavailableException | IOException | RuntimeException | LinkageError e) {
            broken(rows.get(index).row.name() + ": " + e.getMessage());
        }
    }

    /** For the simulation's {@code after()}: the table, on the console and in the folder. */
    public synchronized void after() {
        try {
            endRow();
            MatrixResult result = written == null ? result() : written;
            RunFolder.write(folder, result).forEach(problem -> System.out.println("Ephemera: " + problem));
            Exit.endWith(
                    MatrixTable.lines(result, folder.resolve(Pages.FILE_NAME)),
                    () -> printJson(result),
                    result.exitCode());
        } catch (RuntimeException | Error e) {
            Exit.crash(e);
        }
    }

    private void endRow() {
        if (begun == ended.size()) {
            return;
        }
        PlannedRow row = rows.get(begun - 1);
        try {
            RunResult result = runs.get(begun - 1).finish();
            double wallSeconds = (System.nanoTime() - rowBegunNanos) / 1e9;
            Row line = MatrixResult.row(row.row.name(), result, required, wallSeconds);
            ended.add(line);
            MatrixResult now = result();
            now.write(folder);
            written = now;
            System.out.println(MatrixTable.line(line));
            System.out.flush();
        } catch (UncheckedIOException | IOException | RecordingException e) {
            broken("the result of row " + row.row.name() + " can't be written: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MatrixResult result() {
        return MatrixResult.of(
                folder.getFileName().toString(),
                given,
                required,
                rows.size(),
                ended,
                startedAt,
                (System.currentTimeMillis() - startedAt.toEpochMilli()) / 1e3);
    }

    private static void printJson(MatrixResult result) {
        if (!Boolean.getBoolean(JSON)) {
            return;
        }
        try {
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                    .println(result.toJson());
        } catch (IOException e) {
            System.out.println("Ephemera: the matrix can't be printed as JSON: " + e.getMessage());
        }
    }

    private void broken(String why) {
        System.out.println("Ephemera: the matrix ends here, rows that have ended are kept: " + why);
        printJson(written == null ? result() : written);
        Exit.with(Exit.INCONCLUSIVE);
    }
}
