package io.ephemera.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayName("The arrows between the modules")
class ModuleArrowsTest {

    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");

    /** Of all that a class refers to the class file has the name, whether by itself or in a signature. */
    private static final Pattern OURS = Pattern.compile("io/ephemera/(\\w+)");

    /** Of the modules whose package has another name. */
    private static final Map<String, String> MODULE_OF_PACKAGE =
            Map.of("ports", "port-pool", "target", "target-server");

    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "port-pool", Set.of(),
            "agent", Set.of("port-pool"),
            "junit", Set.of("port-pool", "agent"),
            "examples", Set.of("junit"),
            "target-server", Set.of(),
            "reports", Set.of("port-pool"),
            "simulations", Set.of("port-pool", "agent", "target-server", "reports"),
            "cli", Set.of("port-pool", "agent", "target-server", "reports", "simulations"),
            "benchmarks", Set.of("port-pool", "agent", "target-server", "simulations"));

    static final Set<String> MODULES = MAY_USE.keySet();

    @Test
    @DisplayName("are asked of every module of the build")
    void complete() throws IOException {
        Set<String> built = MODULE.matcher(Files.readString(Path.of("..", "pom.xml")))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
        assertEquals(MODULES, built, "a module was added: say in this test which others it may use");
    }

    @ParameterizedTest(name = "from {0}")
    @FieldSource("MODULES")
    @DisplayName("point one way")
    void oneWay(String module) throws IOException {
        Path root = Path.of("..", module, "target", "classes");
        List<Path> classes;
        try (Stream<Path> files = Files.walk(root)) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        }
        assertFalse(classes.isEmpty(), "no classes in " + root);
        for (Path file : classes) {
            TreeSet<String> used = OURS.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(ModuleArrowsTest::moduleOf)
                    .collect(Collectors.toCollection(TreeSet::new));
            used.remove(module);
            used.removeAll(MAY_USE.getOrDefault(module, Set.of()));
            assertEquals(Set.of(), used, () -> root.relativize(file) + " must not use them");
        }
    }

    private static String moduleOf(MatchResult ours) {
        return MODULE_OF_PACKAGE.getOrDefault(ours.group(1), ours.group(1));
    }
}
