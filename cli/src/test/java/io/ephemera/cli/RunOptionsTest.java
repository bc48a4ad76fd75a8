package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.ephemera.cli.console.SettingOptions;
import io.ephemera.simulations.settings.Setting;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ephemera run")
class RunOptionsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ephemera");

    @Test
    @DisplayName("has an option for each setting, and no other but --help")
    void settings() {
        Set<String> options = RunCommand.spec().options().stream()
                .map(option -> option.longestName())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = Arrays.stream(Setting.values())
                .map(SettingOptions::option)
                .collect(Collectors.toCollection(TreeSet::new));
        expected.add("--help");
        assertEquals(expected, options);
        assertEquals(Setting.values().length + 1, expected.size(), "two settings have one option");
        assertEquals("--time-wait", SettingOptions.option(Setting.TIME_WAIT));
        assertEquals("--report-dir", SettingOptions.option(Setting.REPORT_DIR));
    }

    @Test
    @DisplayName("knows each simulation, and no other")
    void simulations() {
        Set<String> classes = CLASSES.stream()
                .filter(type -> type.isAssignableTo("io.gatling.javaapi.core.Simulation"))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = Arrays.stream(SimulationName.values())
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

    @Test
    @DisplayName("and the other commands are used by nobody")
    void nobodyAbove() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.ephemera.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.ephemera.cli..")
                .check(CLASSES);
    }
}
