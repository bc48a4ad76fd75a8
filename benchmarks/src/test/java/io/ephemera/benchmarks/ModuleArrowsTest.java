package io.ephemera.benchmarks;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The arrows between the modules")
class ModuleArrowsTest {

    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");
    private static Set<String> modules = Set.of();
    private static JavaClasses classes = new ClassFileImporter().importPaths(List.of());

    @BeforeAll
    static void readModules() throws IOException {
        Matcher named = MODULE.matcher(Files.readString(Path.of("..", "pom.xml")));
        modules = named.results().map(result -> result.group(1)).collect(Collectors.toCollection(TreeSet::new));
        classes = new ClassFileImporter()
                .importPaths(modules.stream().map(ModuleArrowsTest::classesOf).toList());
    }

    private static Path classesOf(String module) {
        return Path.of("..", module, "target", "classes");
    }

    @Test
    @DisplayName("are asked of every module of the build")
    void complete() {
        assertEquals(
                Set.of(
                        "agent",
                        "benchmarks",
                        "cli",
                        "examples",
                        "junit",
                        "port-pool",
                        "reports",
                        "simulations",
                        "target-server"),
                modules,
                "a module was added: say in this test whom it may use");
        for (String module : modules) {
            assertTrue(
                    classes.stream()
                            .anyMatch(type -> type.getSource()
                                    .map(source ->
                                            source.getUri().getPath().contains("/" + module + "/target/classes/"))
                                    .orElse(false)),
                    module + " has no classes");
        }
    }

    @Test
    @DisplayName("point one way")
    void oneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.ephemera..")
                .layer("port-pool")
                .definedBy("io.ephemera.ports..")
                .layer("agent")
                .definedBy("io.ephemera.agent..")
                .layer("junit")
                .definedBy("io.ephemera.junit..")
                .layer("examples")
                .definedBy("io.ephemera.examples..")
                .layer("target-server")
                .definedBy("io.ephemera.target..")
                .layer("reports")
                .definedBy("io.ephemera.reports..")
                .layer("simulations")
                .definedBy("io.ephemera.simulations..")
                .layer("cli")
                .definedBy("io.ephemera.cli..")
                .layer("benchmarks")
                .definedBy("io.ephemera.benchmarks..")
                .ensureAllClassesAreContainedInArchitecture()
                .whereLayer("benchmarks")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("examples")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("simulations")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks")
                .whereLayer("junit")
                .mayOnlyBeAccessedByLayers("examples")
                .whereLayer("reports")
                .mayOnlyBeAccessedByLayers("simulations", "cli")
                .whereLayer("target-server")
                .mayOnlyBeAccessedByLayers("simulations", "cli", "benchmarks")
                .whereLayer("agent")
                .mayOnlyBeAccessedByLayers("junit", "simulations", "cli", "benchmarks")
                .whereLayer("port-pool")
                .mayOnlyBeAccessedByLayers("agent", "junit", "reports", "simulations", "cli", "benchmarks")
                .check(classes);
    }
}
