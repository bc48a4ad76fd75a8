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

    private static final Map<String, String> MODULE_OF_PACKAGE = Map.of(
            "ports", "port-pool",
            "agent", "agent",
            "junit", "junit",
            "examples", "examples",
            "target", "target-server",
            "reports", "reports",
            "simulations", "simulations",
            "cli", "cli",
            "benchmarks", "benchmarks");

    private record Module(String name, Set<String> mayUse) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Module> MODULES = List.of(
            new Module("port-pool", Set.of()),
            new Module("agent", Set.of("port-pool")),
            new Module("junit", Set.of("port-pool", "agent")),
            new Module("examples", Set.of("junit")),
            new Module("target-server", Set.of()),
            new Module("reports", Set.of("port-pool")),
            new Module("simulations", Set.of("port-pool", "agent", "target-server", "reports")),
            new Module("cli", Set.of("port-pool", "agent", "target-server", "reports", "simulations")),
            new Module("benchmarks", Set.of("port-pool", "agent", "target-server", "simulations")));

    @Test
    @DisplayName("are asked of every module of the build")
    void complete() throws IOException {
        Set<String> built = MODULE.matcher(Files.readString(Path.of("..", "pom.xml")))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
        Set<String> known = MODULES.stream().map(Module::name).collect(Collectors.toSet());
        assertEquals(known, built, "a module was added: say in this test which others it may use");
    }

    @ParameterizedTest(name = "from {0}")
    @FieldSource("MODULES")
    @DisplayName("point one way")
    void oneWay(Module module) throws IOException {
        Path root = Path.of("..", module.name, "target", "classes");
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
            used.remove(module.name);
            used.removeAll(module.mayUse);
            assertEquals(Set.of(), used, () -> root.relativize(file) + " must not use them");
        }
    }

    private static String moduleOf(MatchResult ours) {
        return MODULE_OF_PACKAGE.getOrDefault(ours.group(1), "no module: package " + ours.group(1));
    }
}
