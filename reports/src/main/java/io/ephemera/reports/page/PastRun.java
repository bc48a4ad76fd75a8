package io.ephemera.reports.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A past run as the index knows it, of its {@code result.json} alone: of whatever version, with what is missing left out. A file
 * that can't be read still has a row, which says so.
 *
 * @param folder name of its folder below that of the runs
 * @param href link to its page, or to its result where it has none
 * @param problem why there are no figures of it; {@code null} if there are
 * @param json the result; an empty object where there are no figures
 * @param startedAt when it started; where that is not known, when its result was written
 */
public record PastRun(
        String folder, @Nullable String href, @Nullable String problem, JsonNode json, Instant startedAt) {

    // A result has steps, at most a few hundred bytes each; what is far larger is something else.
    private static final long LARGEST_BYTES = 16 << 20;
    private static final int LONGEST_TEXT = 200;
    private static final JsonMapper JSON = new JsonMapper();

    static PastRun read(Path reportDir, Path runFolder) {
        Path file = runFolder.resolve(RunResult.FILE_NAME);
        String name = Wording.oneLine(reportDir.relativize(runFolder).toString());
        Path page = runFolder.resolve(Pages.FILE_NAME);
        String href = Links.relative(reportDir, Files.exists(page) ? page : file);
        JsonNode none = JSON.createObjectNode();
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            if (Files.size(file) > LARGEST_BYTES) {
                return new PastRun(name, href, "its result.json is too large to be one", none, written);
            }
            try {
                JsonNode json = JSON.readTree(Files.readAllBytes(file));
                if (!json.path("schema").isInt()) {
                    return new PastRun(name, href, "its result.json is not one of Ephemera", none, written);
                }
                if (json.path("schema").asInt() > RunResult.SCHEMA) {
                    return new PastRun(
                            name,
                            href,
                            "was written by a newer Ephemera: its schema is "
                                    + json.path("schema").asInt() + ", this one reads " + RunResult.SCHEMA,
                            none,
                            started(json, written));
                }
                return new PastRun(name, href, null, json, started(json, written));
            } catch (IOException e) {
                return new PastRun(name, href, "its result.json is damaged", none, written);
            }
        } catch (IOException e) {
            return new PastRun(name, href, "its result.json can't be read", none, Instant.EPOCH);
        }
    }

    private static Instant started(JsonNode json, Instant otherwise) {
        try {
            return Instant.parse(json.path("startedAt").asText());
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    /** When it started, for a table. */
    public String started() {
        return startedAt.toString().replaceFirst("T", " ").replaceFirst("\\..*|Z$", "");
    }

    /** A text of the result, by its JSON pointer. */
    public String text(String pointer) {
        JsonNode node = json.at(pointer);
        if (!node.isValueNode() || node.isNull()) {
            return Wording.NOTHING;
        }
        String text = Wording.oneLine(node.asText());
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    /** A number of the result, by its JSON pointer; {@code null} where there is none. */
    public @Nullable Double number(String pointer) {
        JsonNode node = json.at(pointer);
        return node.isNumber() && Double.isFinite(node.asDouble()) ? node.asDouble() : null;
    }

    /** A rate for a table. */
    public String rate(String pointer) {
        Double rate = number(pointer);
        return Wording.orNothing(rate, Wording::exact);
    }

    /** How far measured and predicted are apart. */
    public String apart() {
        Double percent = number("/measured/errorPercent");
        return Wording.orNothing(percent, Wording::percent);
    }

    /** The verdict, one of its words; anything else is nothing. */
    public String verdict() {
        String verdict = text("/verdict").toLowerCase(Locale.ROOT);
        return switch (verdict) {
            case "exhausted", "sustained", "failing", "inconclusive" -> verdict;
            default -> Wording.NOTHING;
        };
    }

    /** Runs of one group measure the same: their thresholds make a trend. */
    String group() {
        return text("/simulation") + ", " + text("/profile/name") + ", " + text("/pattern") + ", " + text("/stack")
                + ", " + text("/profile/ports") + " ports, " + text("/profile/timeWaitSeconds") + " s"
                + remedies();
    }

    private String remedies() {
        List<String> names = new ArrayList<>();
        json.path("appliedRemedies").forEach(name -> names.add(name.asText()));
        return VerdictWords.with(names);
    }
}
