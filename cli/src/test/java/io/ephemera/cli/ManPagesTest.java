package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

@DisplayName("The manual pages")
class ManPagesTest {

    private static final Map<String, String> PAGES = new ManPages(Reference.program(), "1.2.3", "2026-01-02").all();

    @Test
    @DisplayName("are one for the program and one for each command, with all its options and examples")
    void complete() {
        assertEquals(Subcommand.values().length + 1, PAGES.size());
        for (Subcommand command : Subcommand.values()) {
            String page = Objects.requireNonNull(PAGES.get("ephemera-" + command.commandName() + ".1"));
            assertTrue(page.startsWith(".TH EPHEMERA\\-"), page);
            for (OptionSpec option : Reference.specification(command).options()) {
                String name = option.longestName();
                String shown = option.negatable() ? "--[no-]" + name.substring(2) : name;
                assertEquals(!option.hidden(), page.contains(shown.replace("-", "\\-")), option + " in " + page);
            }
            String help = String.join(
                    "\n", Reference.specification(command).usageMessage().footer());
            assertTrue(!help.contains("Examples:") || page.contains(".SH EXAMPLES\n"), page);
            assertEquals(help.contains("Exit codes: "), page.contains(".SH EXIT STATUS\n"), page);
        }
        for (String example : Reference.examples()) {
            assertTrue(PAGES.values().stream().anyMatch(page -> page.contains(example.replace("-", "\\-"))), example);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mandoc -T lint -W warning", "man --warnings -E UTF-8 -l", "groff -man -ww -z -Tutf8"})
    @DisplayName("are right by the tools that read them")
    void readable(String tool, @TempDir Path folder) throws Exception {
        Tools.assumeInstalled(tool.split(" ", -1)[0]);
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            Path file = Files.writeString(folder.resolve(page.getKey()), page.getValue());
            Ran ran = Tools.run(folder, List.of((tool + " " + file).split(" ")));
            assertEquals("", ran.err(), page.getKey());
            assertEquals(0, ran.exitCode(), page.getKey() + ": " + ran.out());
        }
    }
}
