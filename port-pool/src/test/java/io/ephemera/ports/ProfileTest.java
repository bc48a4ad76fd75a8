package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A profile")
class ProfileTest {

    @Test
    @DisplayName("is read from properties, each figure with its source")
    void parsed() {
        Profile profile = Profile.parse(complete());
        assertEquals(
                new Profile(
                        "my-box",
                        "A box of ours",
                        new PortRange(20_000, 20_999),
                        Duration.ofSeconds(7),
                        Scope.DESTINATION,
                        "no port to connect",
                        "no port to bind",
                        Map.of(
                                "ports", "ports, measured",
                                "timeWait", "timeWait, measured",
                                "scope", "scope, measured",
                                "connectMessage", "connectMessage, measured",
                                "bindMessage", "bindMessage, measured"),
                        List.of()),
                profile);
        assertEquals("my-box: 1,000 ports (20000-20999), TIME_WAIT 7s", profile.toString());
        assertEquals(new Capacity(1_000, 7, 2), profile.capacity(2));
        assertEquals(7, profile.timeWaitSeconds());
    }

    @Test
    @DisplayName("has its remedies in the order of their numbers, each changing what it names and nothing else")
    void remedies() {
        Properties properties = complete();
        properties.setProperty("remedy.10.name", "shorter");
        properties.setProperty("remedy.10.timeWait", "500ms");
        properties.setProperty("remedy.10.source", "man page");
        properties.setProperty("remedy.2.name", "wider");
        properties.setProperty("remedy.2.ports", "20000-21999");
        properties.setProperty("remedy.2.source", "handbook");
        List<Profile.Remedy> remedies = Profile.parse(properties).remedies();
        assertEquals(
                List.of(
                        new Profile.Remedy("wider", new PortRange(20_000, 21_999), Duration.ofSeconds(7), "handbook"),
                        new Profile.Remedy(
                                "shorter", new PortRange(20_000, 20_999), Duration.ofMillis(500), "man page")),
                remedies);
        assertEquals(new Capacity(1_000, 0.5, 1), Profile.capacity(remedies.get(1), 1));
    }

    @ParameterizedTest(name = "with {0} = \"{1}\" is refused: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "name           | ''         | name is missing",
                "name           | a b        | name=a b: letters, digits and . _ + - only, at most 64",
                "name           | ../x       | name=../x: letters, digits and . _ + - only, at most 64",
                "platform       | ' '        | platform is missing",
                "ports          | ''         | ports is missing",
                "ports          | 20000      | ports: a port range is written like 1024-5000, not 20000",
                "ports          | 9-8        | ports: a port range runs from a lower to a higher port within 1-65535, not 9-8",
                "timeWait       | 7          | timeWait: a duration is a number with a unit (ms, s, m, h), like 240s, not 7",
                "timeWait       | 0s         | timeWait: TIME_WAIT must be above 0, not 0s",
                "timeWait       | 8761h      | timeWait: a duration is at most 365 days, not 8761h",
                "scope          | local      | scope: a scope is global or destination, not local",
                "connectMessage | ''         | connectMessage is missing",
                "bindMessage    | ''         | bindMessage is missing",
                "ports.source   | ''         | ports.source is missing",
                "scope.source   | ' '        | scope.source is missing",
                "remedy.1.ports | 1-2        | remedy.1.name is missing",
                "remedy.1.name  | wider      | remedy.1.source is missing",
            })
    void refusesBadValues(String key, String value, String message) {
        Properties properties = complete();
        properties.setProperty(key, value);
        assertEquals(message, refusal(properties));
    }

    @ParameterizedTest(name = "with a key {0} is refused by that name")
    @CsvSource({"Ports", "timewait", "port", "ports.sources", "remedy.0.name", "remedy.100.name", "remedy.1.scope"})
    void refusesUnknownKeys(String key) {
        Properties properties = complete();
        properties.setProperty(key, "1");
        assertEquals(
                key + ": no such key in a profile; it has name, platform, bindMessage, connectMessage, ports, scope,"
                        + " timeWait, a .source for each, and remedy.N.…",
                refusal(properties));
    }

    @ParameterizedTest(name = "whose remedy has {0} = \"{1}\" is refused: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ports    | 1   | remedy.3.ports: a port range is written like 1024-5000, not 1",
                "timeWait | 30  | remedy.3.timeWait: a duration is a number with a unit (ms, s, m, h), like 240s, not 30",
                "timeWait | 0ms | remedy.3.timeWait: TIME_WAIT must be above 0, not 0s",
            })
    void refusesBadRemedies(String key, String value, String message) {
        Properties properties = complete();
        properties.setProperty("remedy.3.name", "a remedy");
        properties.setProperty("remedy.3.source", "a book");
        properties.setProperty("remedy.3." + key, value);
        assertEquals(message, refusal(properties));
    }

    @Test
    @DisplayName("names always the same key where several are missing")
    void missingSourcesInOrder() {
        Properties properties = complete();
        for (String figure : List.of("bindMessage", "connectMessage", "scope", "timeWait", "ports")) {
            properties.remove(figure + ".source");
            assertEquals(figure + ".source is missing", refusal(properties));
        }
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
        assertEquals(windows.connectMessage(), changed.connectMessage());
    }

    @Test
    @DisplayName("and a remedy need a TIME_WAIT above 0")
    void timeWaitAboveZero() {
        Profile profile = Profile.parse(complete());
        for (Duration timeWait : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            String message = "TIME_WAIT must be above 0, not " + timeWait.toSeconds() + "s";
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, () -> profile.withTimeWait(timeWait))
                            .getMessage());
            assertEquals(
                    message,
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> new Profile.Remedy("r", profile.range(), timeWait, "s"))
                            .getMessage());
        }
    }

    private static String refusal(Properties properties) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Profile.parse(properties))
                .getMessage());
    }

    private static Properties complete() {
        Properties properties = new Properties();
        properties.setProperty("name", "my-box");
        properties.setProperty("platform", "A box of ours");
        Map<String, String> figures = Map.of(
                "ports", "20000-20999",
                "timeWait", "7s",
                "scope", "destination",
                "connectMessage", "no port to connect",
                "bindMessage", "no port to bind");
        figures.forEach((key, value) -> {
            properties.setProperty(key, value);
            properties.setProperty(key + ".source", key + ", measured");
        });
        return properties;
    }
}
