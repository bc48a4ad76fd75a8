package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ProfileTablesTest} has the figures. */
@DisplayName("The catalogue of profiles")
class ProfileCatalogueTest {

    private static final Path FOLDER = Path.of("src/main/resources/io/ephemera/ports/profiles");

    private static final Pattern FIGURE = Pattern.compile("(ports|timeWait|scope|connectMessage|bindMessage|snatPorts"
            + "|holdAfterClose|holdAfterReset|idleTimeout|exhaustion)(\\.alternative\\.\\d+)?");

    private static final String OWN_PROFILE = """
            # an old box in the cellar
            name = cellar
            platform = Gerät im Keller
            ports = 20000-20999
            ports.source = measured
            timeWait = 7s
            timeWait.source = measured
            scope = destination
            scope.source = measured
            connectMessage = no port
            connectMessage.source = measured
            bindMessage = no port
            bindMessage.source = measured
            """;

    @ParameterizedTest(name = "says of each figure of {0} whether it was compared with its source")
    @MethodSource("io.ephemera.ports.ProfileCatalogue#names")
    void everyFigureIsChecked(String name) throws IOException {
        assertEquals(name, ProfileCatalogue.entry(name).name());
        Set<String> keys = file(name).stringPropertyNames();
        List<String> figures =
                keys.stream().filter(key -> FIGURE.matcher(key).matches()).toList();
        assertFalse(figures.isEmpty());
        for (String key : figures) {
            assertTrue(keys.contains(key + ".checked"), key + " doesn't say whether it was checked");
        }
    }

    @ParameterizedTest(name = "does not read {0} where any one of its sources is left out")
    @MethodSource("io.ephemera.ports.ProfileCatalogue#names")
    void noFigureWithoutSource(String name) throws IOException {
        for (String key : file(name).stringPropertyNames()) {
            if (key.endsWith(".source")) {
                Properties without = file(name);
                without.remove(key);
                assertEquals(
                        key + " is missing",
                        assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.parse(without), key)
                                .getMessage());
            }
        }
    }

    @Test
    @DisplayName("lists each file of its folder, and nothing else")
    void complete() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(
                    new TreeSet<>(ProfileCatalogue.names()),
                    files.map(file -> file.getFileName().toString().replace(".properties", ""))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertEquals(
                ProfileCatalogue.names(),
                ProfileCatalogue.all().stream().map(CatalogueEntry::name).toList());
    }

    @ParameterizedTest(name = "shows exhaustion behind {0} as {1}, and refuses to run it")
    @CsvSource({"aws-nat-gateway, connect-timeout", "istio-sidecar, upstream-failure"})
    void notRunnable(String name, String exhaustion) {
        assertEquals(exhaustion, ProfileCatalogue.entry(name).exhaustion().toString());
        assertNull(ProfileCatalogue.entry(name).profile());
        assertEquals(
                name + " can be planned with but not run: exhaustion there is a matter of " + exhaustion
                        + ", not of a BindException",
                refusal(name));
    }

    @Test
    @DisplayName("takes what a changed platform doesn't say from its base")
    void inherits() {
        CatalogueEntry both = ProfileCatalogue.entry("windows-2003-both");
        CatalogueEntry defaults = ProfileCatalogue.entry("windows-2003");
        assertEquals("windows-2003", both.family());
        assertEquals(defaults.figures().get("scope"), both.figures().get("scope"));
        assertEquals(
                List.of("MaxUserPort=65534", "TcpTimedWaitDelay=30"),
                both.changes().stream().map(CatalogueEntry.Change::setting).toList());
        assertEquals(List.of(), both.remedies());
        assertEquals(
                figure(ProfileCatalogue.entry("linux"), "timeWait"),
                figure(ProfileCatalogue.entry("istio-sidecar"), "timeWait"));
    }

    @Test
    @DisplayName("has the classic Windows defaults, and what its two registry values make of them")
    void windows2003() {
        Profile windows = ProfileCatalogue.find("windows-2003");
        assertEquals("windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240s", windows.toString());
        assertEquals(Scope.GLOBAL, windows.scope());
        assertEquals("Address already in use: connect", windows.connectMessage());
        assertEquals(3_977 / 240.0, windows.capacity(1).thresholdCallsPerSecond());

        Profile.Remedy maxUserPort = windows.remedies().get(0);
        assertEquals("MaxUserPort=65534", maxUserPort.name());
        assertEquals(new Capacity(64_511, 240, 1), Profile.capacity(maxUserPort, 1));
        Profile.Remedy timedWaitDelay = windows.remedies().get(1);
        assertEquals("TcpTimedWaitDelay=30", timedWaitDelay.name());
        assertEquals(new Capacity(3_977, 30, 1), Profile.capacity(timedWaitDelay, 1));
        assertEquals(2, windows.remedies().size());
    }

    @Test
    @DisplayName("reads a user's own file, written in UTF-8")
    void ownFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("cellar.properties"), OWN_PROFILE);
        Profile profile = ProfileCatalogue.find(file.toString());
        assertEquals("cellar", profile.name());
        assertEquals("Gerät im Keller", profile.platform());
        assertEquals(new PortRange(20_000, 20_999), profile.range());
        assertEquals(Duration.ofSeconds(7), profile.timeWait());
        assertEquals(Scope.DESTINATION, profile.scope());
        assertEquals("measured", profile.sources().get("timeWait"));
    }

    @ParameterizedTest(name = "knows no \"{0}\", and says which it has")
    @ValueSource(strings = {"windows-2000", "Windows-2003", "", "no/such.properties", "a\0b", "."})
    void unknown(String name) {
        assertEquals(
                "no profile and no file is named " + name + "; the catalogue has "
                        + String.join(", ", ProfileCatalogue.names()),
                refusal(name));
    }

    @Test
    @DisplayName("names the file before what is wrong in it")
    void namesTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("own.properties");
        Files.writeString(file, OWN_PROFILE.replace("7s", "7"));
        assertEquals(
                file + ": timeWait: a duration is a number with a unit (ms, s, m, h), like 240s, not 7",
                refusal(file.toString()));

        Files.writeString(file, "name = C:\\users\n");
        assertEquals(file + ": Malformed \\uxxxx encoding.", refusal(file.toString()));

        Files.write(file, OWN_PROFILE.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + " is not written in UTF-8", refusal(file.toString()));

        Files.writeString(file, "");
        assertEquals(file + ": name is missing", refusal(file.toString()));
    }

    @Test
    @DisplayName("reads a user's own change of a profile")
    void ownChange(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("tuned.properties");
        Files.writeString(
                file, "name = tuned\nplatform = ours\nbase = linux\nports = 1024-65535\nports.source = measured\n");
        Profile tuned = ProfileCatalogue.find(file.toString());
        assertEquals("tuned: 64,512 ports (1024-65535), TIME_WAIT 60s", tuned.toString());
        assertEquals("measured", tuned.sources().get("ports"));

        Files.writeString(file, "name = tuned\nplatform = ours\nbase = lnux\n");
        assertEquals(
                file + ": base=lnux: a name in the catalogue, which has " + String.join(", ", ProfileCatalogue.names()),
                refusal(file.toString()));
    }

    @ParameterizedTest(name = "refuses a gateway with {0} = {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "snatPorts               | 0         | snatPorts: a gateway's ports are a number from 1 to 1048576, not 0",
                "snatPorts               | 1-2       | snatPorts: a gateway's ports are a number from 1 to 1048576, not 1-2",
                "holdAfterClose          | 0s        | holdAfterClose: holdAfterClose must be above 0, not 0s",
                "idleTimeout             | 4         | idleTimeout: a duration is a number with a unit (ms, s, m, h), like 240s, not 4",
                "exhaustion              | timeout   | exhaustion: exhaustion is a bind-exception, a connect-timeout or an upstream-failure, not timeout",
                "snatPorts.checked       | yesterday | snatPorts.checked: a day like 2026-11-21, or no, not yesterday",
                "snatPorts.alternative.1 | 12        | snatPorts.alternative.1.source is missing",
                "ports                   | 1-2       | ports: no such key in a profile; it has name, platform, exhaustion, scope, snatPorts, a .source for each, and remedy.N.…",
            })
    void refusesBadGateways(String key, String value, String message) throws IOException {
        Properties file = file("azure-app-service");
        file.setProperty(key, value);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.parse(file))
                        .getMessage());
    }

    private static Figure figure(CatalogueEntry entry, String key) {
        return Objects.requireNonNull(entry.figures().get(key));
    }

    private static Properties file(String name) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(FOLDER.resolve(name + ".properties"))) {
            properties.load(reader);
        }
        return properties;
    }

    private static String refusal(String nameOrFile) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.find(nameOrFile))
                .getMessage());
    }
}
