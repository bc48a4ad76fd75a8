package io.ephemera.simulations.settings;

import io.ephemera.ports.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows of a matrix, as text: a line for each, {@code NAME: SETTING=VALUE SETTING=VALUE …}. Settings are those of a single run
 * without their {@code ephemera.}; a value {@code A|B} makes a row of each, and two such values a row of each pair. Without a name
 * (and its colon) a row is named by its values. Empty lines and lines that begin with {@code #} are passed over.
 */
public final class MatrixFile {

    /** What a row may set: what a run is about, not how or where it is made. */
    private static final Set<Setting> OF_A_ROW = EnumSet.of(
            Setting.PROFILE,
            Setting.PORTS,
            Setting.TIME_WAIT,
            Setting.SCOPE,
            Setting.ORDER,
            Setting.PATTERN,
            Setting.CALLS_PER_USER,
            Setting.REMEDY,
            Setting.ADDRESSES);

    /** What makes no sense for many rows at once, or is not to be had for them. */
    private static final Set<Setting> OF_A_SINGLE_RUN =
            EnumSet.of(Setting.RATES, Setting.DURATION, Setting.SHARE, Setting.TARGET, Setting.LIVE);

    private static final Set<Setting> OF_A_GATEWAY = EnumSet.range(Setting.GATEWAY, Setting.CONNECT_TIMEOUT);

    private static final Set<Setting> OF_A_SCENARIO =
            EnumSet.of(Setting.DEVICES, Setting.RECORDS, Setting.CALLS_PER_RECORD, Setting.WORKERS, Setting.RESUME);

    private static final String BUILT_IN = "default.matrix";
    private static final String FORM = "a row is NAME: SETTING=VALUE SETTING=VALUE";
    private static final String EXAMPLE = "keep-alive: profile=windows-2003 remedy=keep-alive";
    private static final int MOST_ROWS = 200;

    private final Properties base;
    private final Path workingFolder;
    private final List<MatrixRow> rows = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private MatrixFile(Properties base, Path workingFolder) {
        this.base = base;
        this.workingFolder = workingFolder;
    }

    /** The settings that can be given for a matrix as a whole; any other is refused, but for stack {@code model}. */
    public static Set<Setting> settings() {
        Set<Setting> settings = EnumSet.copyOf(OF_A_ROW);
        settings.addAll(
                List.of(Setting.REQUIRE, Setting.MATRIX, Setting.REPORT_DIR, Setting.PACE, Setting.CONCURRENCY));
        return settings;
    }

    /**
     * Reads the rows of the file that the properties name, or those that are built in.
     *
     * @param properties usually the system's; what they set holds for each row that does not set it itself
     * @param workingFolder where relative paths start
     * @return at least one row; names are unique
     * @throws BadSettingException if a setting or a line is wrong; the message names it
     */
    public static List<MatrixRow> rows(Properties properties, Path workingFolder) throws BadSettingException {
        refuseForeign(properties);
        String file = new GivenSettings(properties).text(Setting.MATRIX);
        MatrixFile matrix = new MatrixFile(properties, workingFolder);
        if (file == null) {
            matrix.read(BUILT_IN, builtIn());
        } else {
            matrix.read(file, text(file.strip(), workingFolder));
        }
        return List.copyOf(matrix.rows);
    }

    /**
     * Refuses what is no setting of a matrix, whatever its value.
     *
     * @throws BadSettingException if one is given
     */
    public static void refuseForeign(Properties properties) throws BadSettingException {
        GivenSettings given = new GivenSettings(properties);
        given.refuse(OF_A_GATEWAY, "the rows of a matrix have no gateway; leave it out, or run one simulation");
        given.refuse(
                OF_A_SINGLE_RUN, "a matrix chooses it for each row by itself; leave it out, or run one simulation");
        given.refuse(OF_A_SCENARIO, "the rows of a matrix are no scenarios; leave it out, or run one simulation");
        if (given.value(Setting.STACK, StackName::parse) != StackName.MODEL) {
            given.refuse(
                    Set.of(Setting.STACK),
                    "the rows of a matrix are on stack model; leave it out, or run one simulation");
        }
    }

    private static String builtIn() {
        try (InputStream stream = MatrixFile.class.getResourceAsStream(BUILT_IN)) {
            if (stream == null) {
                throw new IllegalStateException(BUILT_IN + " is missing from the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String file, Path workingFolder) throws BadSettingException {
        try {
            return TextFile.read(workingFolder.resolve(file));
        } catch (MalformedInputException e) {
            throw new BadSettingException(Setting.MATRIX, file, "it is not written in UTF-8");
        } catch (IOException | InvalidPathException e) {
            throw new BadSettingException(
                    Setting.MATRIX, file, "it can't be read; give a file with a row in each line, like " + EXAMPLE);
        } catch (IllegalArgumentException e) {
            throw new BadSettingException(Setting.MATRIX, file, String.valueOf(e.getMessage()));
        }
    }

    private void read(String file, String text) throws BadSettingException {
        List<String> lines = text.lines().map(String::strip).toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    read(line);
                } catch (BadSettingException e) {
                    throw new BadSettingException(Setting.MATRIX, file, "line " + number + ": " + e.getMessage());
                }
            }
        }
        if (rows.isEmpty()) {
            throw new BadSettingException(Setting.MATRIX, file, "it has no row; a row is a line like " + EXAMPLE);
        }
    }

    private void read(String line) throws BadSettingException {
        int colon = line.indexOf(": ");
        String name = colon < 0 ? "" : line.substring(0, colon).strip();
        if (colon == 0 || line.endsWith(":")) {
            throw new BadSettingException(FORM + ", not " + line);
        }
        Map<Setting, List<String>> alternatives = new LinkedHashMap<>();
        for (String part : line.substring(colon < 0 ? 0 : colon + 1).strip().split("\\s+", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new BadSettingException(part + ": " + FORM);
            }
            Setting setting = setting(part.substring(0, equals));
            if (alternatives.put(setting, List.of(part.substring(equals + 1).split("\\|", -1))) != null) {
                throw new BadSettingException(
                        shortName(setting) + " is there twice; give it once, with | between values");
            }
        }
        for (Map<Setting, String> chosen : choices(alternatives)) {
            add(name, alternatives, chosen);
        }
    }

    private static Setting setting(String shortName) throws BadSettingException {
        Setting setting = Setting.named(Setting.PREFIX + shortName).orElse(null);
        if (setting == null || !OF_A_ROW.contains(setting)) {
            throw new BadSettingException(shortName + ": no row has such a setting; there are "
                    + OF_A_ROW.stream().map(MatrixFile::shortName).collect(Collectors.joining(", ")));
        }
        return setting;
    }

    private static String shortName(Setting setting) {
        return setting.key().substring(Setting.PREFIX.length());
    }

    /** Every way to choose one of the values of each setting; the last setting changes from one to the next. */
    private static List<Map<Setting, String>> choices(Map<Setting, List<String>> alternatives) {
        List<Map<Setting, String>> choices = List.of(new LinkedHashMap<>());
        for (Map.Entry<Setting, List<String>> entry : alternatives.entrySet()) {
            List<Map<Setting, String>> longer = new ArrayList<>();
            for (Map<Setting, String> choice : choices) {
                for (String value : entry.getValue()) {
                    Map<Setting, String> more = new LinkedHashMap<>(choice);
                    more.put(entry.getKey(), value);
                    longer.add(more);
                }
            }
            choices = longer;
        }
        return choices;
    }

    private void add(String name, Map<Setting, List<String>> alternatives, Map<Setting, String> chosen)
            throws BadSettingException {
        Properties all = new Properties();
        all.putAll(base);
        all.remove(Setting.MATRIX.key());
        all.remove(Setting.REQUIRE.key());
        List<String> words = new ArrayList<>();
        chosen.forEach((setting, value) -> {
            boolean none = value.equals("none");
            if (none) {
                all.remove(setting.key());
            } else {
                all.setProperty(setting.key(), value);
            }
            if (name.isEmpty() || alternatives.getOrDefault(setting, List.of()).size() > 1) {
                words.add(none ? "no " + shortName(setting) : value);
            }
        });
        String rowName = (name.isEmpty() ? "" : name + (words.isEmpty() ? "" : ", ")) + String.join(", ", words);
        if (!names.add(rowName)) {
            throw new BadSettingException("there is a row of the name " + rowName + " already; give it another");
        }
        if (rows.size() == MOST_ROWS) {
            throw new BadSettingException("a matrix has at most " + MOST_ROWS + " rows");
        }
        rows.add(new MatrixRow(rowName, SettingsReader.read(all, workingFolder)));
    }
}
