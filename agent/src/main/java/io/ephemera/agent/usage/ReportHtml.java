package io.ephemera.agent.usage;

import io.ephemera.ports.PoolProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A {@link UsageReport} as a page: the verdict, what to do, the map of the ports, and who uses them. Its words are those of {@link ReportText}. */
public final class ReportHtml {

    private static final int ROWS = 50;

    private final UsageReport report;
    private final StringBuilder html = new StringBuilder();

    private ReportHtml(UsageReport report) {
        this.report = report;
    }

    /** The style of the page, beside that of the map. */
    public static String style() {
        return resource("report.css");
    }

    /** Keeps the page up to date, beside the script of the map. */
    public static String script() {
        return resource("report.js");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ReportHtml.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The page. It loads {@code page.css} and {@code page.js}, asks {@code ports} for the map, and links {@code report} and {@code
     * metrics}.
     *
     * @param limits what is enforced
     * @param remarks why the figures may be wrong, in a sentence each
     */
    public static String of(UsageReport report, String limits, List<String> remarks) {
        ReportHtml page = new ReportHtml(report);
        page.begin();
        page.add("""
                <link rel="stylesheet" href="page.css">
                <script src="page.js" defer></script>
                """);
        page.verdict(limits, remarks);
        page.add("""
                <section aria-labelledby="map-title">
                <h2 id="map-title">The ports</h2>
                <div class="port-map" id="map" data-source="ports"></div>
                <noscript><p>The map needs JavaScript; the tables have the figures.</p></noscript>
                </section>
                """);
        page.tables("<a href=\"report\">The whole report as text</a> · <a href=\"metrics\">for Prometheus</a>");
        return page.html.toString();
    }

    /**
     * The page as a file that needs no other: without the map of the ports.
     *
     * @param limits what is enforced
     * @param remarks why the figures may be wrong, in a sentence each
     * @param links what is linked at its end, in HTML
     */
    public static String file(UsageReport report, String limits, List<String> remarks, String links) {
        ReportHtml page = new ReportHtml(report);
        page.begin();
        page.html.append("<style>\n").append(style()).append("</style>\n");
        page.verdict(limits, remarks);
        page.tables(links);
        return page.html.toString();
    }

    private void begin() {
        add("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s: ports of this application</title>
                """, badge());
    }

    private void tables(String links) {
        add("<div data-fresh=\"tables\">%n");
        processes();
        destinations();
        openers();
        add("""
                <p class="facts">%s.</p>
                </div>
                </main>
                """, ReportText.endings(report));
        html.append("<footer><p>").append(links).append("</p></footer>\n</body>\n</html>\n");
    }

    private String badge() {
        if (report.counts().exhausted() > 0) {
            return "REFUSED";
        }
        if (report.openers().leak().isPresent()) {
            return "LEAK";
        }
        if (report.outlook().present().fails()) {
            return "RUNS OUT";
        }
        if (!ReportText.isHealthy(report)) {
            return "NOT CLOSED";
        }
        return report.counts().leases() == 0 ? "NOTHING YET" : "HOLDS";
    }

    private String title() {
        return switch (badge()) {
            case "REFUSED" -> "This application has run out of ports";
            case "LEAK" -> "Connections are opened and never closed";
            case "RUNS OUT" -> "At this rate the ports run out";
            case "NOT CLOSED" -> "Connections that the peer has closed are kept open";
            case "HOLDS" -> "The ports suffice for this application";
            default -> "No connection that counts yet";
        };
    }

    private void verdict(String limits, List<String> remarks) {
        add("""
                </head>
                <body>
                <header><p><strong>Ephemera</strong> %s</p></header>
                <main>
                <div class="refusal" role="alert" data-refusal hidden></div>
                <div data-fresh="verdict">
                """, limits);
        boolean healthy = ReportText.isHealthy(report);
        String tone = report.counts().leases() + report.counts().exhausted() == 0 ? "none" : healthy ? "good" : "bad";
        add("<section class=\"verdict %s\" aria-labelledby=\"verdict\">%n", tone);
        add("<p><span class=\"badge\">%s</span></p>%n<h1 id=\"verdict\">%s</h1>%n", badge(), title());
        for (String sentence : ReportText.sentences(report)) {
            add("<p>%s.</p>%n", sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1));
        }
        if (healthy) {
            add("<p><strong>What to do:</strong> %s.</p>%n", nothing());
        } else {
            advice();
        }
        for (String remark : remarks) {
            add("<p class=\"remark\"><strong>Not the whole truth:</strong> %s</p>%n", remark);
        }
        add("</section>%n</div>%n");
    }

    private String nothing() {
        return report.counts().leases() == 0
                ? "nothing yet; give the application something to do, and look again"
                : "nothing, as long as it opens no more connections than now";
    }

    private void advice() {
        add("<h2>What to do</h2>%n<ul>%n");
        report.openers()
                .leak()
                .ifPresent(leak -> add(
                        "<li>Close what <code>%s</code> opens towards %s.</li>%n", leak.site(), leak.destination()));
        List<UsageReport.Destination> reusable = report.destinations().stream()
                .filter(row -> row.uses().burned() > row.peakLive())
                .limit(3)
                .toList();
        for (UsageReport.Destination row : reusable) {
            add(
                    "<li>Reuse the connections to <strong>%s</strong>: %s.</li>%n",
                    row.name(), String.join(", ", ReportText.reuse(row)));
        }
        report.openers()
                .top()
                .filter(top -> report.openers().leak().isEmpty())
                .ifPresent(top -> add(
                        "<li>Begin where most of the ports go: <code>%s</code>, %s of them.</li>%n",
                        top.site(), ReportText.percent(report.openers().burnedShare(top))));
        add("</ul>%n");
    }

    private void processes() {
        List<PoolProcess> rows = report.pool().processes();
        if (rows.isEmpty()) {
            return;
        }
        add("""
                <section aria-labelledby="processes">
                <h2 id="processes">By process that shares the ports</h2>
                <div class="scroll" tabindex="0" role="region" aria-label="Table by process">
                <table>
                <thead><tr><th scope="col">process</th><th scope="col">live</th><th scope="col">TIME_WAIT</th><th scope="col">opened</th><th scope="col">refused</th></tr></thead>
                <tbody>
                """);
        for (PoolProcess row : rows) {
            add(
                    "<tr><th scope=\"row\">%s</th><td class=\"now\">%,d</td><td class=\"now\">%,d</td><td>%,d</td><td>%,d</td></tr>%n",
                    ReportText.name(row), row.live(), row.timeWait(), row.opened(), row.refused());
        }
        add("</tbody>%n</table>%n</div>%n</section>%n");
    }

    private void destinations() {
        List<UsageReport.Destination> rows = report.destinations();
        if (rows.isEmpty()) {
            return;
        }
        add("""
                <section aria-labelledby="destinations">
                <h2 id="destinations">By destination</h2>
                <div class="scroll" tabindex="0" role="region" aria-label="Table by destination">
                <table>
                <thead><tr><th scope="col">destination</th><th scope="col">ports in use</th><th scope="col">opened</th><th scope="col">refused</th><th scope="col">open (most)</th><th scope="col">TIME_WAIT (most)</th><th scope="col">requests a connection</th></tr></thead>
                <tbody>
                """);
        int ports = report.pool().range().size();
        for (UsageReport.Destination row : rows.subList(0, Math.min(ROWS, rows.size()))) {
            add(
                    "<tr><th scope=\"row\">%s</th><td class=\"bar\"><meter min=\"0\" max=\"%d\" low=\"%d\" high=\"%d\" optimum=\"0\" value=\"%d\" aria-label=\"ports in use\"></meter> %,d</td>"
                            + "<td>%,d</td><td>%s</td><td class=\"now\">%,d (%,d)</td><td class=\"now\">%,d (%,d)</td><td>%s</td></tr>%n",
                    row.name(),
                    ports,
                    ports * 6 / 10,
                    ports * 9 / 10,
                    row.uses().live() + row.timeWait(),
                    row.uses().live() + row.timeWait(),
                    row.uses().opened(),
                    row.uses().refused() == 0
                            ? "–"
                            : ReportText.format("%,d", row.uses().refused()),
                    row.uses().live(),
                    row.peakLive(),
                    row.timeWait(),
                    row.peakTimeWait(),
                    row.requests().isKnown() ? ReportText.requests(row.requests()) : "–");
        }
        add("</tbody>%n</table>%n</div>%n");
        more(rows.size());
        add("</section>%n");
    }

    private void openers() {
        List<UsageReport.Opener> rows = report.openers().rows();
        if (rows.isEmpty()) {
            return;
        }
        add(
                """
                <section aria-labelledby="openers">
                <h2 id="openers">By %s%s</h2>
                <div class="scroll" tabindex="0" role="region" aria-label="Table of who opens connections">
                <table>
                <thead><tr><th scope="col">opened by</th><th scope="col">towards</th><th scope="col">opened</th><th scope="col">refused</th><th scope="col">ports not given back at once</th></tr></thead>
                <tbody>
                """,
                rows.stream().allMatch(row -> row.site().isNamed()) ? "request" : "call site",
                report.openers().sampled() ? ", estimated from a sample" : "");
        for (UsageReport.Opener row : rows.subList(0, Math.min(ROWS, rows.size()))) {
            add(
                    "<tr><th scope=\"row\">%s</th><td>%s</td><td>%,d</td><td>%s</td><td>%,d</td></tr>%n",
                    row.site(),
                    row.destination(),
                    row.uses().opened(),
                    row.uses().refused() == 0
                            ? "–"
                            : ReportText.format("%,d", row.uses().refused()),
                    row.uses().burned());
        }
        add("</tbody>%n</table>%n</div>%n");
        more(rows.size());
        stacks();
        add("</section>%n");
    }

    private void stacks() {
        UsageReport.FirstRefusal first = report.firstExhaustion();
        if (first != null) {
            stack("first", "The stack of the first refusal, on thread \"" + first.thread() + "\"", first.stack());
        }
        report.openers().rows().stream()
                .limit(3)
                .filter(row -> !row.stack().isEmpty())
                .forEach(row -> stack(row.toString(), "The stack of " + row, row.stack()));
    }

    private void stack(String key, String title, List<String> stack) {
        add(
                "<details data-key=\"%s\"><summary>%s</summary>%n<pre tabindex=\"0\">%s</pre></details>%n",
                key, title, String.join("\n", stack));
    }

    private void more(int rows) {
        if (rows > ROWS) {
            add("<p>and %,d more</p>%n", rows - ROWS);
        }
    }

    /** Every argument that is a text is escaped. */
    private void add(String format, Object... arguments) {
        Object[] escaped = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            escaped[i] = arguments[i] instanceof Number ? arguments[i] : escape(String.valueOf(arguments[i]));
        }
        html.append(String.format(Locale.ROOT, format, escaped));
    }

    /** What would be markup, and what can't be seen but could turn the direction of a page. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(each -> {
            boolean unseen =
                    each != '\n' && (Character.isISOControl(each) || Character.getType(each) == Character.FORMAT);
            if ("&<>\"'".indexOf(each) >= 0 || unseen) {
                escaped.append("&#").append(unseen ? 0xfffd : each).append(';');
            } else {
                escaped.appendCodePoint(each);
            }
        });
        return escaped.toString();
    }
}
