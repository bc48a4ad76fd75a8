package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The catalogue of profiles")
class ProfileCatalogueTest {

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

    @ParameterizedTest(name = "names a source for each figure and each remedy of {0}")
    @MethodSource("io.ephemera.ports.ProfileCatalogue#names")
    void everyFigureHasItsSource(String name) {
        Profile profile = ProfileCatalogue.find(name);
        assertEquals(name, profile.name());
        assertEquals(
                Set.of("ports", "timeWait", "scope", "connectMessage", "bindMessage"),
                profile.sources().keySet());
        profile.sources().forEach((figure, source) -> assertFalse(source.isBlank(), figure));
        profile.remedies().forEach(remedy -> assertFalse(remedy.source().isBlank(), remedy.name()));
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

    private static String refusal(String nameOrFile) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ProfileCatalogue.find(nameOrFile))
                .getMessage());
    }
}
