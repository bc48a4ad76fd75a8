package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private static final Pattern FIGURE = Pattern.compile(
            "(ports|timeWait|scope|connectMessage|bindMessage|finishConnectMessage|snatPorts"
                    + "|holdAfterClose|holdAfterReset|idleTimeout|connections|allocation|exhaustion|portsOf|addressPorts"
                    + "|mostAddresses|portsStep|portsSetting|portsValue|addressesSetting|privateEndpoint)(\\.alternative\\.\\d+)?");

    private static final String OWN_PROFILE = """
            # an old box in the cellar
            name = cellar
            platform = Gerät im Keller
            ports = 20000-20999
            ports.source = p
            timeWait = 7s
            timeWait.source = t
            scope = destination
            scope.source = s
            connectMessage = no port to connect
            connectMessage.source = c
            bindMessage = no port to bind
            bindMessage.source = b
            """;

    private static final String REMEDIES = """
            remedy.10.name = shorter
            remedy.10.timeWait = 500ms
            remedy.10.source = man page
            remedy.2.name = wider
            remedy.2.ports = 20000-21999
            remedy.2.source = handbook
            """;

    @ParameterizedTest(
            name = "says of each figure of {0} whether it was compared with its source, and reads none without")
    @MethodSource("io.ephemera.ports.ProfileCatalogue#names")
    void everyFigureHasItsSource(String name) throws IOException {
        assertEquals(name, ProfileCatalogue.entry(name).name());
        Set<String> keys = file(name).stringPropertyNames();
        assertTrue(keys.stream().anyMatch(FIGURE.asMatchPredicate()));
        for (String key : keys) {
            if (FIGURE.matcher(key).matches()) {
                assertTrue(keys.contains(key + ".checked"), key + " doesn't say whether it was checked");
            }
            if (key.endsWith(".source")) {
                Properties without = file(name);
                without.remove(key);
                assertEquals(key + " is missing", refusal(without));
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

    @ParameterizedTest(name = "{0} has {1} = {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "windows-10            | scope          | global or destination",
                "linux-masquerade      | snatPorts      | 64512",
                "linux-masquerade      | holdAfterClose | 120s",
                "cilium                | snatPorts      | 32768",
                "cilium                | holdAfterClose | not known",
                "azure-lb-snat         | snatPorts      | 1024 or 512 or 256 or 128 or 64 or 32",
                "aks                   | snatPorts      | 1024 or 512 or 256 or 128 or 64 or 32",
                "aks                   | idleTimeout    | 1800s",
                "azure-app-service     | connections    | 1920 or 3968 or 8064 or 16000",
                "azure-functions       | connections    | 600",
                "azure-functions       | snatPorts      | 128",
                "azure-firewall        | snatPorts      | 2496 or 2048",
                "azure-firewall        | holdAfterClose | not known",
                "aws-nat-gateway       | holdAfterClose | not known or 350s",
                "gcp-cloud-nat         | holdAfterClose | 30s or 120s",
                "gcp-cloud-nat         | snatPorts      | 64",
                "gcp-cloud-nat-dynamic | holdAfterClose | 30s or 120s",
                "gcp-cloud-nat-dynamic | snatPorts      | 32 or 65536",
                "mesos                 | ports          | 32768-33791",
                "alibaba-cloud-linux   | timeWait       | 60s",
            })
    void figures(String name, String key, String values) {
        Figure figure =
                Objects.requireNonNull(ProfileCatalogue.entry(name).figures().get(key));
        assertEquals(values, figure.documented().stream().map(Figure::value).collect(Collectors.joining(" or ")));
    }

    @Test
    @DisplayName("gives no threshold where a hold is not known, and a bound where one is documented, labelled so")
    void bound() {
        CatalogueEntry aws = ProfileCatalogue.entry("aws-nat-gateway");
        assertTrue(aws.thresholdCallsPerSecond(1).isEmpty());
        CatalogueEntry.Variant bound = aws.variants().get(1);
        assertEquals(55_000 / 350.0, bound.thresholdCallsPerSecond(1).orElseThrow());
        assertTrue(bound.holdsFor().startsWith("a bound: "), bound.holdsFor());
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
                both.changes().stream()
                        .map(CatalogueEntry.PlatformSetting::setting)
                        .toList());
        assertEquals(List.of(), both.remedies());
        Figure inherited = ProfileCatalogue.entry("istio-sidecar").figures().get("timeWait");
        assertEquals(ProfileCatalogue.entry("linux").figures().get("timeWait"), inherited);
    }

    @ParameterizedTest(name = "{0} on JDK {1}: {2}")
    @CsvSource({
        "windows-2003, 17.0.9,  Address already in use: no further information",
        "windows-10,   17.0.15, Address already in use: getsockopt",
        "windows-10,   18,      Address already in use: no further information",
        "windows-10,   19.0.2,  Address already in use: no further information",
        "windows-10,   21.0.1,  Address already in use: no further information",
        "windows-2008, 21.0.2,  Address already in use: getsockopt",
        "windows-nt,   25,      Address already in use: getsockopt",
        "linux,        25,",
        "macos,        17,",
    })
    @DisplayName("has what Java says on Windows where a connect is refused when it is finished, by its version")
    void finishConnectMessage(String name, String jdk, String message) {
        assertEquals(message, ProfileCatalogue.entry(name).finishConnectMessage(Runtime.Version.parse(jdk)));
    }

    @ParameterizedTest(name = "reads {0} with a byte-order mark before it, as an editor of Windows writes it")
    @ValueSource(strings = {"linux", "gcp-cloud-nat"})
    void byteOrderMark(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("marked.properties");
        Files.writeString(file, "\uFEFF" + Files.readString(FOLDER.resolve(name + ".properties")));
        assertEquals(ProfileCatalogue.entry(name), ProfileCatalogue.entry(file.toString()));
    }

    @Test
    @DisplayName("has the classic Windows defaults, and what its two registry values make of them")
    void windows2003() {
        Profile windows = ProfileCatalogue.find("windows-2003");
        assertEquals("windows-2003: 3,977 ports (1024-5000), TIME_WAIT 240s", windows.toString());
        assertEquals(Scope.GLOBAL, windows.scope());
        assertEquals("Address already in use: connect", windows.connectMessage());
        assertEquals(3_977 / 240.0, windows.capacity(1).thresholdCallsPerSecond());
        assertEquals(
                List.of("MaxUserPort=65534", "TcpTimedWaitDelay=30"),
                windows.remedies().stream().map(Profile.ProfileRemedy::name).toList());
        assertEquals(
                List.of(new Capacity(64_511, 240, 1), new Capacity(3_977, 30, 1)),
                windows.remedies().stream()
                        .map(remedy -> Profile.capacity(remedy, 1))
                        .toList());
    }

    @Test
    @DisplayName(
            "reads a user's own file, written in UTF-8, with its remedies in the order of their numbers, each changing"
                    + " what it names and nothing else")
    void ownFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("cellar.properties"), OWN_PROFILE + REMEDIES);
        PortRange range = new PortRange(20_000, 20_999);
        Duration timeWait = Duration.ofSeconds(7);
        assertEquals(
                new Profile(
                        "cellar",
                        "Gerät im Keller",
                        range,
                        timeWait,
                        Scope.DESTINATION,
                        "no port to connect",
                        "no port to bind",
                        Map.of("ports", "p", "timeWait", "t", "scope", "s", "connectMessage", "c", "bindMessage", "b"),
                        List.of(
                                new Profile.ProfileRemedy("wider", new PortRange(20_000, 21_999), timeWait, "handbook"),
                                new Profile.ProfileRemedy("shorter", range, Duration.ofMillis(500), "man page"))),
                ProfileCatalogue.find(file.toString()));
    }

    @ParameterizedTest(name = "knows no \"{0}\", and says which it has")
    @ValueSource(strings = {"windows-2000", "Windows-2003", "", "no/such.properties", "a\0b", "."})
    void unknown(String name) {
        String nearest = name.startsWith("indows", 1) ? "the nearest is windows-2003; " : "";
        assertEquals(
                "no profile and no file is named " + name + "; " + nearest + "the catalogue has "
                        + String.join(", ", ProfileCatalogue.names()),
                refusal(name));
    }

    @Test
    @DisplayName("names the file before what is wrong in it")
    void namesTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("own.properties");
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

    @ParameterizedTest(name = "refuses {0} with {1} = \"{2}\": {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "cellar | name            | ''    | name is missing",
                "cellar | name            | a b   | name=a b: letters, digits and . _ + - only, at most 64",
                "cellar | name            | ../x  | name=../x: letters, digits and . _ + - only, at most 64",
                "cellar | platform        | ' '   | platform is missing",
                "cellar | ports           | ''    | ports is missing",
                "cellar | ports           | 20000 | ports: a port range is written like 1024-5000, not 20000",
                "cellar | timeWait        | 7     | timeWait: a duration is a number with a unit (ms, s, m, h), like 240s, not 7",
                "cellar | timeWait        | 0s    | timeWait: TIME_WAIT must be above 0, not 0s",
                "cellar | scope           | local | scope: a scope is global or destination, not local",
                "cellar | connectMessage  | ''    | connectMessage is missing",
                "cellar | bindMessage     | ''    | bindMessage is missing",
                "cellar | remedy.1.ports  | 1-2   | remedy.1.name is missing",
                "cellar | remedy.1.name   | wider | remedy.1.source is missing",
                "cellar | remedy.2.ports  | 1     | remedy.2.ports: a port range is written like 1024-5000, not 1",
                "cellar | remedy.10.timeWait | 30  | remedy.10.timeWait: a duration is a number with a unit (ms, s, m, h), like 240s, not 30",
                "cellar | remedy.10.timeWait | 0ms | remedy.10.timeWait: TIME_WAIT must be above 0, not 0s",
                "azure-app-service | snatPorts               | 0         | snatPorts: a gateway's ports are a number from 1 to 1048576, not 0",
                "azure-app-service | snatPorts               | 1-2       | snatPorts: a gateway's ports are a number from 1 to 1048576, not 1-2",
                "azure-app-service | holdAfterClose          | 0s        | holdAfterClose: holdAfterClose must be above 0, not 0s",
                "azure-app-service | idleTimeout             | 4         | idleTimeout: a duration is a number with a unit (ms, s, m, h), like 240s, not 4",
                "azure-app-service | exhaustion              | timeout   | exhaustion: exhaustion is a bind-exception, a connect-timeout or an upstream-failure, not timeout",
                "azure-app-service | connections             | 0         | connections: a gateway's ports are a number from 1 to 1048576, not 0",
                "azure-app-service | snatPorts               | not known | snatPorts: a gateway's ports are a number from 1 to 1048576, not not known",
                "azure-app-service | snatPorts.checked       | yesterday | snatPorts.checked: a day like 2026-11-21, or no, not yesterday",
                "azure-app-service | snatPorts.alternative.1 | 12        | snatPorts.alternative.1.source is missing",
                "azure-app-service | ports                   | 1-2       | ports: no such key in a profile; it has name, platform, exhaustion, scope, snatPorts, a .source for each, and remedy.N.…",
            })
    void refuses(String name, String key, String value, String message) throws IOException {
        Properties file = name.equals("cellar") ? own() : file(name);
        file.setProperty(key, value);
        assertEquals(message, refusal(file));
    }

    @ParameterizedTest(name = "refuses a profile with a key {0} by that name")
    @ValueSource(
            strings = {
                "Ports",
                "timewait",
                "port",
                "ports.sources",
                "remedy.0.name",
                "remedy.100.name",
                "remedy.2.scope"
            })
    void refusesUnknownKeys(String key) throws IOException {
        Properties file = own();
        file.setProperty(key, "1");
        assertEquals(
                key + ": no such key in a profile; it has name, platform, bindMessage, connectMessage, ports, scope,"
                        + " timeWait, a .source for each, and remedy.N.…",
                refusal(file));
    }

    @Test
    @DisplayName("says of an overridden figure that it was given as a setting, and drops the platform's remedies")
    void overridden() {
        Profile windows = ProfileCatalogue.find("windows-2003");
        Profile changed = windows.withRange(new PortRange(30_000, 30_059))
                .withTimeWait(Duration.ofSeconds(90))
                .withScope(Scope.DESTINATION);
        assertEquals(new Capacity(60, 90, 1), changed.capacity(1));
        assertEquals(Scope.DESTINATION, changed.scope());
        assertEquals(List.of(), changed.remedies());
        for (String figure : List.of("ports", "timeWait", "scope")) {
            assertEquals(Profile.OVERRIDDEN, changed.sources().get(figure));
        }
        assertEquals(windows.sources().get("connectMessage"), changed.sources().get("connectMessage"));
        assertFalse(changed.connectMessage().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> windows.withTimeWait(Duration.ZERO));
    }

    private static Properties own() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(OWN_PROFILE + REMEDIES));
        return properties;
    }

    private static Properties file(String name) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(FOLDER.resolve(name + ".properties"))) {
            properties.load(reader);
        }
        return properties;
    }

    private static String refusal(Properties file) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.parse(file))
                .getMessage());
    }

    private static String refusal(String nameOrFile) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.find(nameOrFile))
                .getMessage());
    }
}
