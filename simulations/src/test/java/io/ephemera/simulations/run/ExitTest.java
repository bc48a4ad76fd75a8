package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.simulations.settings.BadSettingException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A run that can't be prepared")
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class ExitTest {

    @BeforeEach
    void inPlaceOfJvm() {
        System.setProperty(RunEnded.IN_PLACE_OF_JVM, "true");
    }

    @AfterEach
    void asUsual() {
        System.clearProperty(RunEnded.IN_PLACE_OF_JVM);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new BadSettingException("ephemera.ports=1: no range"), 2),
                Arguments.of(new IOException("no such folder"), 2),
                Arguments.of(new IllegalStateException("a fault of ours"), 3),
                Arguments.of(new OutOfMemoryError("a fault of ours"), 3),
                Arguments.of(new NoClassDefFoundError("a fault of ours"), 3),
                Arguments.of(new RunEnded(0), 0));
    }

    @ParameterizedTest(name = "for {0} ends with exit code {1}: never with 1, which is a finding")
    @MethodSource("faults")
    void codes(Throwable fault, int exitCode) {
        fault.setStackTrace(new StackTraceElement[0]);
        RunEnded ended = assertThrows(
                RunEnded.class,
                () -> Exit.unlessPrepared("the run", () -> {
                    if (fault instanceof Error error) {
                        throw error;
                    }
                    if (fault instanceof RuntimeException exception) {
                        throw exception;
                    }
                    if (fault instanceof BadSettingException bad) {
                        throw bad;
                    }
                    throw (IOException) fault;
                }));
        assertEquals(exitCode, ended.exitCode());
    }
}
