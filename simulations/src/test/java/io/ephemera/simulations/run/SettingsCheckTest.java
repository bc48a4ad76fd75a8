package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Settings under which ports run out faster than any machine calls")
class SettingsCheckTest {

    @TempDir
    Path folder;

    @ParameterizedTest(name = "are refused for the one that makes it so: {0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            stack=netns timeWait=1ms                                         | timeWait=1ms
            stack=netns timeWait=100ms                                       | timeWait=100ms
            stack=netns ports=1024-65535 timeWait=30s speedup=60 rates=10    | timeWait=30s
            stack=netns profile=linux speedup=400                    | speedup=400
            stack=netns ports=1024-65535 timeWait=30s speedup=60 rates=10 pattern=keep-alive-shared |
            stack=netns ports=1024-65535 timeWait=30s speedup=60 rates=10 remedy=tcp_max_tw_buckets=100 profile=linux |
            stack=netns ports=1024-65535 timeWait=30s speedup=10 rates=10    |
            stack=os profile=linux rates=10                       |
            stack=model timeWait=1ms                                         |
            """)
    void saturated(String given, String refused) throws Exception {
        Properties properties = new Properties();
        for (String setting : given.split(" ", -1)) {
            properties.setProperty("ephemera." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        Settings settings = SettingsReader.read(properties, folder);
        if (refused == null) {
            assertDoesNotThrow(() -> SettingsCheck.usage(settings, Pattern.KEEP_ALIVE_OFF));
            return;
        }
        BadSettingException e =
                assertThrows(BadSettingException.class, () -> SettingsCheck.usage(settings, Pattern.KEEP_ALIVE_OFF));
        assertTrue(
                String.valueOf(e.getMessage())
                        .startsWith("ephemera." + refused
                                + ": no machine offers more than 34000 calls/s on stack netns, by the wall clock; "),
                e.getMessage());
    }
}
