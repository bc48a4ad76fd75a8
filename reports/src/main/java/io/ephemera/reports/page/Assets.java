package io.ephemera.reports.page;

import io.ephemera.ports.map.PortMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What every page has inside.
 *
 * @param style the style sheet
 * @param script draws the charts
 * @param liveScript draws the ports of a run that goes on, and follows it
 * @param liveStyle the style sheet of that
 * @param chartLibrary the chart library as its makers published it
 * @param chartNotice the library's notice, to stand in a comment
 */
public record Assets(
        String style, String script, String liveScript, String liveStyle, String chartLibrary, String chartNotice) {

    static Assets load() {
        Properties version = new Properties();
        try (InputStream in = open("echarts.properties")) {
            version.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String folder = "/META-INF/resources/_static/echarts/" + version.getProperty("version") + "/";
        return new Assets(
                text("page.css"),
                text("page.js"),
                PortMap.script() + text("live.js"),
                PortMap.style(),
                // Inside a script element nothing may look like the end of one, nor inside a comment.
                text(folder + "dist/echarts.min.js").replace("</script", "<\\/script"),
                text(folder + "NOTICE").replace("--", "- -").strip());
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
