package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.simulations.settings.MatrixFile;
import io.ephemera.simulations.settings.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

@DisplayName("ephemera run")
class RunOptionsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ephemera");

    private static Set<String> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> options(Set<Setting> settings, String... others) {
        Set<String> names =
                settings.stream().map(SettingOptions::option).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(settings.size(), names.size(), "two settings have one option");
        names.addAll(List.of(others));
        return names;
    }

    /** Values that are right of themselves. */
    private static final Map<Setting, String> FOREIGN = Map.of(
            Setting.STACK, "netns",
            Setting.DURATION, "300s",
            Setting.TARGET, "http://127.0.0.1:1/",
            Setting.RESUME, "nowhere",
            Setting.LIVE, "off");

    @Test
    @DisplayName("has an option for each setting, and no other but --help")
    void settings() {
        assertEquals(options(EnumSet.allOf(Setting.class), "--help"), options(RunCommand.specification()));
        assertEquals("--time-wait", SettingOptions.option(Setting.TIME_WAIT));
        assertEquals("--report-dir", SettingOptions.option(Setting.REPORT_DIR));
    }

    @Test
    @DisplayName(
            "and matrix has one for each setting that a matrix takes, its FILE being one, and no other but --json and --help")
    void settingsOfMatrix() {
        Set<Setting> taken = EnumSet.copyOf(MatrixFile.settings());
        assertTrue(taken.remove(Setting.MATRIX), "FILE");
        CommandSpec spec = MatrixCommand.specification();
        assertEquals(options(taken, "--json", "--help"), options(spec));
        assertEquals(1, spec.positionalParameters().size());
        for (String name : options(taken)) {
            assertArrayEquals(
                    Objects.requireNonNull(RunCommand.specification().findOption(name))
                            .description(),
                    Objects.requireNonNull(spec.findOption(name)).description());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("and matrix say why where a setting is none of a matrix: it is on no side only")
    void foreignToMatrix(Setting setting) {
        String option = setting == Setting.MATRIX ? "FILE" : SettingOptions.option(setting);
        if (MatrixFile.settings().contains(setting)) {
            return;
        }
        String value = FOREIGN.getOrDefault(setting, "5");
        Ran ran = Ran.ephemera("matrix " + option + " " + value);
        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().startsWith("ephemera: " + option + "=" + value + ": "), ran.err());
        assertTrue(ran.err().contains(setting == Setting.SPEEDUP ? "virtual" : "matrix"), ran.err());
    }

    @Test
    @DisplayName("knows each simulation, and no other")
    void simulations() {
        Set<String> classes = CLASSES.stream()
                .filter(type -> type.isAssignableTo("io.gatling.javaapi.core.Simulation"))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = SimulationName.ALL.stream()
                .map(SimulationName::className)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(classes, known);
    }

    @Test
    @DisplayName("is alone in touching Gatling, and its run in doing so")
    void gatling() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.ephemera.cli..")
                .and()
                .doNotHaveSimpleName("GatlingRun")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.gatling..", "io.ephemera.simulations.gatling..", "io.ephemera.simulations.run..")
                .check(CLASSES);
    }
}
