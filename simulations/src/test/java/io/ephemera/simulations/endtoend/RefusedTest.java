package io.ephemera.simulations.endtoend;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("whole-run")
@DisplayName("Bad input is refused with one line and exit code 2, and writes no run:")
class RefusedTest {

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource(delimiter = '|', textBlock = """
            KeepAliveOff | speedup=60 | ephemera.speedup=60: time is virtual on stack model
            KeepAliveOff | target=http://127.0.0.1:1/ | ephemera.target=http://127.0.0.1:1/: it does not answer
            KeepAliveOff | target=http://nowhere.invalid/ | ephemera.target=http://nowhere.invalid/: no such host
            KeepAliveOff | report.dir=/sys/nowhere | ephemera.report.dir=/sys/nowhere: it can't be written
            KeepAliveOff | report.dir=/dev/full | ephemera.report.dir=/dev/full: it can't be written
            KeepAliveOff | report.dir=/dev/null/runs | ephemera.report.dir=/dev/null/runs: it can't be written
            KeepAliveOff | report.dir=/proc/nowhere | ephemera.report.dir=/proc/nowhere: it can't be written
            KeepAliveOff | gatling.netty.useNativeTransport=true | gatling.netty.useNativeTransport=true: the port hook can't see native transports
            KeepAliveOff | devices=5 | ephemera.devices=5: KeepAliveOff has none
            KeepAliveOff | remedy=bind-buggy pattern=keep-alive-shared | ephemera.remedy=bind-buggy: its counter is to be asked once a call, and pattern keep-alive-shared does not use up one port a call
            KeepAliveOff | remedy=keep-alive pattern=keep-alive-per-user | ephemera.remedy=keep-alive: pattern keep-alive-per-user is that already
            KeepAliveOff | remedy=unsafe-authenticated-sharing | ephemera.remedy=unsafe-authenticated-sharing: pattern keep-alive-off logs in no connection; give shared-connections
            KeepAliveOff | remedy=abortive-close pattern=digest-close-exchange | ephemera.remedy=abortive-close: pattern digest-close-exchange can't have it
            KeepAliveOff | stack=netns target=http://127.0.0.1:8080/ | nothing but the run itself is in the namespace
            KeepAliveOff | stack=os ports=1024-5000 | this machine as it is, in real time
            KeepAliveOff | stack=os timeWait=60s | this machine as it is, in real time
            KeepAliveOff | stack=os scope=global | this machine as it is, in real time
            KeepAliveOff | stack=os speedup=2 | this machine as it is, in real time
            AuthenticatedCalls | callsPerUser=3 | ephemera.callsPerUser=3: a user makes one call with pattern ntlm-close-call;
            MonitoringEngine | rates=10,12 | ephemera.rates=10,12: MonitoringEngine is a scenario and brings its own load
            MonitoringEngine | remedy=MaxUserPort=65534 | ephemera.remedy=MaxUserPort=65534: MonitoringEngine does not know it
            Migration | resume=/nowhere | ephemera.resume=/nowhere: no migration was begun there
            """)
    void refused(String simulation, String settings, String reason) throws Exception {
        OneJvm.run(simulation, settings).assertRefused(reason);
    }

    @ParameterizedTest(name = "KeepAliveOff with a report.dir that is {0}")
    @ValueSource(strings = {"a loop", "a dead link", "a file"})
    void reportDir(String what, @TempDir Path folder) throws Exception {
        Path there = folder.resolve("runs");
        switch (what) {
            case "a loop" -> Files.createSymbolicLink(there, there);
            case "a dead link" -> Files.createSymbolicLink(there, folder.resolve("nowhere"));
            default -> Files.createFile(there);
        }
        OneJvm.run("KeepAliveOff", "report.dir=" + there)
                .assertRefused("ephemera.report.dir=" + there + ": it can't be");
    }
}
