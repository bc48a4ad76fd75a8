package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A command of the operating system")
class CommandsTest {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static List<String> child(String... arguments) {
        return Stream.concat(
                        Stream.of(JAVA, "-cp", System.getProperty("java.class.path"), Child.class.getName()),
                        Arrays.stream(arguments))
                .toList();
    }

    /** Prints, ends with an exit code, or never ends. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            switch (args[0]) {
                case "print" -> System.out.print("x".repeat(1_000_000) + args[1]);
                case "exit" -> System.exit(Integer.parseInt(args[1]));
                default -> Thread.currentThread().join();
            }
        }
    }

    @Test
    @DisplayName("gives all that it printed, and its arguments reach it without a shell")
    void prints() throws IOException {
        String output = Commands.system().run(child("print", "$HOME; *"));
        assertEquals("x".repeat(1_000_000) + "$HOME; *", output);
    }

    @Test
    @DisplayName("that fails, is missing or never ends is an error in words, and leaves no process")
    void fails() {
        Commands commands = Commands.withTimeout(Duration.ofSeconds(20));
        assertEquals("it ended with exit code 3", message(commands, child("exit", "3")));
        assertEquals("there is no such command", message(commands, List.of("no-such-command-here")));
        Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
        assertEquals("it took longer than 0.3 s", message(Commands.withTimeout(Duration.ofMillis(300)), child("wait")));
        ProcessHandle.current()
                .children()
                .filter(process -> !before.contains(process))
                .forEach(process ->
                        process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    private static String message(Commands commands, List<String> command) {
        return String.valueOf(
                assertThrows(IOException.class, () -> commands.run(command)).getMessage());
    }
}
