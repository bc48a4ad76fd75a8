package io.ephemera.simulations.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The list of a matrix")
class MatrixFileTest {

    @TempDir
    Path folder;

    private List<MatrixRow> rows(String text, String... base) throws Exception {
        Files.writeString(folder.resolve("a.matrix"), text);
        Properties properties = new Properties();
        properties.setProperty("ephemera.matrix", "a.matrix");
        for (int i = 0; i < base.length; i += 2) {
            properties.setProperty(base[i], base[i + 1]);
        }
        return MatrixFile.rows(properties, folder);
    }

    @Test
    @DisplayName(
            "has a row in each line, with the settings of a single run; what is given for all holds where a row says nothing")
    void lines() throws Exception {
        List<MatrixRow> rows = rows("""
                # a remark

                both: profile=windows-2003 remedy=MaxUserPort=65534,TcpTimedWaitDelay=30
                ntlm: pattern=ntlm-close-call timeWait=30s
                """, "ephemera.profile", "linux", "ephemera.require", "20");
        assertEquals(List.of("both", "ntlm"), rows.stream().map(MatrixRow::name).toList());
        Settings both = rows.get(0).settings();
        assertEquals("windows-2003", both.platform().profile().name());
        assertEquals(64_511, both.platform().profile().range().size());
        assertEquals(Duration.ofSeconds(30), both.platform().profile().timeWait());
        assertNull(both.load().requiredCallsPerSecond());
        Settings ntlm = rows.get(1).settings();
        assertEquals("linux", ntlm.platform().profile().name());
        assertEquals(Duration.ofSeconds(30), ntlm.platform().profile().timeWait());
        assertEquals(Pattern.NTLM_CLOSE_CALL, ntlm.client().pattern());
    }

    @Test
    @DisplayName("makes a row of each value, and of each pair of values, between which there is a |")
    void products() throws Exception {
        List<MatrixRow> rows = rows("""
                a: profile=windows-2003|linux pattern=keep-alive-off|ntlm-close-call timeWait=30s
                remedy=none|keep-alive
                """);
        assertEquals(
                List.of(
                        "a, windows-2003, keep-alive-off",
                        "a, windows-2003, ntlm-close-call",
                        "a, linux, keep-alive-off",
                        "a, linux, ntlm-close-call",
                        "no remedy",
                        "keep-alive"),
                rows.stream().map(MatrixRow::name).toList());
        Settings last = rows.get(3).settings();
        assertEquals("linux", last.platform().profile().name());
        assertEquals(Pattern.NTLM_CLOSE_CALL, last.client().pattern());
        assertEquals(Duration.ofSeconds(30), last.platform().profile().timeWait());
        assertEquals(List.of(), rows.get(4).settings().client().remedies());
        assertEquals(List.of(Remedy.KEEP_ALIVE), rows.get(5).settings().client().remedies());
    }

    @Test
    @DisplayName("that is built in has twelve rows or more, the four of the registry among them")
    void builtIn() throws Exception {
        List<MatrixRow> rows = MatrixFile.rows(new Properties(), folder);
        assertTrue(rows.size() >= 12, () -> rows.toString());
        List<String> limits = rows.stream()
                .map(row -> row.settings().platform().profile())
                .map(profile ->
                        profile.range().size() + " for " + profile.timeWait().toSeconds())
                .toList();
        assertTrue(
                limits.containsAll(List.of("3977 for 240", "64511 for 240", "3977 for 30", "64511 for 30")),
                () -> limits.toString());
    }

    @ParameterizedTest(name = "with \"{0}\" is refused: {1}")
    @CsvSource(delimiter = '!', textBlock = """
            # line                                          ! what is said
            a: profile=windows-2003 colour=red              ! line 1: colour: no row has such a setting; there are profile
            a: target=http://127.0.0.1:1/                   ! line 1: target: no row has such a setting
            a: matrix=b                                     ! line 1: matrix: no row has such a setting
            a: records=5                                    ! line 1: records: no row has such a setting
            a: profile=nowhere                              ! line 1: ephemera.profile=nowhere: no profile and no file
            a: profile=windows-2003|nowhere                 ! line 1: ephemera.profile=nowhere: no profile and no file
            a: remedy=luck                                  ! line 1: ephemera.remedy=luck: a remedy is
            a: timeWait=30                                  ! line 1: ephemera.timeWait=30: a duration is
            a: profile                                      ! line 1: profile: a row is NAME: SETTING=VALUE
            a:                                              ! line 1: a row is NAME: SETTING=VALUE
            a: speedup=2                                    ! line 1: speedup: no row has such a setting
            a: timeWait=2s timeWait=3s                      ! line 1: timeWait is there twice
            timeWait=30s|30s                                ! line 1: there is a row of the name 30s already
            '# nothing'                                     ! it has no row
            """)
    void bad(String line, String message) {
        BadSettingException refused = assertThrows(BadSettingException.class, () -> rows(line));
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith("ephemera.matrix=a.matrix: " + message),
                refused.getMessage());
    }

    @Test
    @DisplayName("that is not there is refused, and so is what a matrix chooses itself, or has none of")
    void refused() {
        Properties missing = new Properties();
        missing.setProperty("ephemera.matrix", "nowhere.matrix");
        BadSettingException unread = assertThrows(BadSettingException.class, () -> MatrixFile.rows(missing, folder));
        assertTrue(String.valueOf(unread.getMessage()).startsWith("ephemera.matrix=nowhere.matrix: it can't be read"));
        for (Setting setting : Setting.values()) {
            if (!MatrixFile.settings().contains(setting)) {
                Properties single = new Properties();
                single.setProperty(setting.key(), setting == Setting.STACK ? "netns" : "1");
                BadSettingException refused =
                        assertThrows(BadSettingException.class, () -> MatrixFile.rows(single, folder));
                assertTrue(String.valueOf(refused.getMessage()).contains(setting.key() + "="), refused.getMessage());
            }
        }
    }
}
