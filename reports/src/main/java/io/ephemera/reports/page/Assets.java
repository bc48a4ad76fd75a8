package io.ephemera.reports.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What every page has inside: style, scripts, and the chart library as its makers published it. */
public final class Assets {

    private final String style = text("page.css");
    private final String script = text("page.js");
    private final String liveScript = text("live.js");
    private final String chartLibrary;
    private final String chartNotice;

    Assets() {
        Properties version = new Properties();
        try (InputStream in = open("echarts.properties")) {
            version.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String folder = "/META-INF/resources/_static/echarts/" + version.getProperty("version") + "/";
        // Inside a script element nothing may look like the end of one.
        chartLibrary = text(folder + "dist/echarts.min.js").replace("</script", "<\\/script");
        chartNotice = text(folder + "NOTICE").replace("--", "- -").strip();
    }

    /** The style sheet. */
    public String style() {
        return style;
    }

    /** The script that draws the charts. */
    public String script() {
        return script;
    }

    /** The script that follows a run that goes on. */
    public String liveScript() {
        return liveScript;
    }

    /** The chart library. */
    public String chartLibrary() {
        return chartLibrary;
    }

    /** The chart library's notice, to stand in a comment. */
    public String chartNotice() {
        return chartNotice;
    }

    private static InputStream open(String name) throws IOException {
        InputStream in = Assets.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException(name + " is missing on the class path");
        }
        return in;
    }

    private static String text(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
