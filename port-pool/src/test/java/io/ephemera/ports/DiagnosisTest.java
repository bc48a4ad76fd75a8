package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A diagnosis")
class DiagnosisTest {

    @ParameterizedTest(name = "of {0} calls/s, {1} ports a call, where {2} is believed: {3}, {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "16.57  | 1 | windows-2003-maxuserport | CHANGE_NOT_IN_FORCE | measured 16.6 calls/s fits windows-2003 defaults, not MaxUserPort=65534: the change is not in force (reboot needed)",
                "8.29   | 2 | windows-2003-maxuserport | CHANGE_NOT_IN_FORCE | measured 8.3 calls/s fits windows-2003 defaults, not MaxUserPort=65534: the change is not in force (reboot needed)",
                "16.6   | 1 | windows-2003-both        | CHANGE_NOT_IN_FORCE | measured 16.6 calls/s fits windows-2003 defaults, not MaxUserPort=65534 and TcpTimedWaitDelay=30: the changes are not in force (reboot needed)",
                "268    | 1 | windows-2003-both        | CHANGE_NOT_IN_FORCE | measured 268.0 calls/s fits windows-2003-maxuserport, not TcpTimedWaitDelay=30: the change is not in force (reboot needed)",
                "132.5  | 1 | windows-2003-both        | CHANGE_NOT_IN_FORCE | measured 132.5 calls/s fits windows-2003-timedwait, not MaxUserPort=65534: the change is not in force (reboot needed)",
                "2150   | 1 | windows-2003-both        | IN_FORCE            | measured 2,150.0 calls/s fits windows-2003-both (2,150.4): MaxUserPort=65534 and TcpTimedWaitDelay=30 are in force",
                "16.5   | 1 | windows-2003             | IN_FORCE            | measured 16.5 calls/s fits windows-2003 (16.6), as believed",
                "33.1   | 1 | windows-2003             | IN_FORCE            | measured 33.1 calls/s fits windows-2003 (33.1, as documented for Windows XP and Windows Server 2003), as believed",
                "462    | 1 | linux                    | IN_FORCE            | measured 462.6 calls/s fits linux (470.5), as believed",
                "4.27   | 1 | azure-nat-gateway        | OTHER_LIMITS        | measured 4.3 calls/s fits azure-lb-snat (4.3) or aks (4.3), not azure-nat-gateway (769.2): other limits are in force",
                "0.535  | 1 | azure-lb-snat            | IN_FORCE            | measured 0.535 calls/s fits azure-lb-snat (0.533, as documented for backend pools of 201 to 400 instances), as believed",
                "5000   | 1 | linux                    | UNKNOWN_LIMITS      | measured 5,000.0 calls/s fits neither linux (470.5) nor any other profile within 2 %; gcp-cloud-nat-dynamic (2,184.5, as documented for dynamic allocation, when it has grown, where the gateway's addresses have as many (64,512 each)) comes nearest",
            })
    void sentences(double measured, double portsPerCall, String believed, Diagnosis.Finding finding, String sentence) {
        Diagnosis diagnosis = Diagnosis.of(
                measured == 462 ? 28_232 / 61.024 : measured, portsPerCall, ProfileCatalogue.entry(believed));
        assertEquals(sentence, diagnosis.sentence());
        assertEquals(finding, diagnosis.finding());
    }

    @Test
    @DisplayName("of overridden limits names the setting that is not in force")
    void overridden() {
        Profile believed = ProfileCatalogue.find("windows-2003").withTimeWait(Duration.ofMinutes(1));
        assertEquals(
                "measured 16.6 calls/s fits windows-2003 defaults, not ephemera.timeWait=60s: the change is not in force",
                Diagnosis.of(16.57, 1, CatalogueEntry.of(believed)).sentence());
        Diagnosis right = Diagnosis.of(66, 1, CatalogueEntry.of(believed));
        assertEquals(Diagnosis.Finding.IN_FORCE, right.finding());
        assertTrue(right.sentence().endsWith(": ephemera.timeWait=60s is in force"), right.sentence());
    }

    @Test
    @DisplayName("takes limits that nobody changed for the catalogue's own")
    void unchanged() {
        assertEquals(ProfileCatalogue.entry("linux"), CatalogueEntry.of(ProfileCatalogue.find("linux")));
    }

    @ParameterizedTest(name = "refuses a threshold of {0} calls/s")
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refuses(double measured) {
        CatalogueEntry linux = ProfileCatalogue.entry("linux");
        assertEquals(
                "a measured threshold is above 0 calls/s, not " + measured,
                assertThrows(IllegalArgumentException.class, () -> Diagnosis.of(measured, 1, linux))
                        .getMessage());
    }
}
