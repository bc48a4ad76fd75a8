package io.ephemera.simulations;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The architecture")
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ephemera");

    @Test
    @DisplayName("keeps the packages of the simulations free of cycles")
    void noCycles() {
        slices().matching("io.ephemera.simulations.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    @DisplayName("keeps the model free of clocks, sockets and libraries")
    void pureModel() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.ephemera.ports..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
        ArchRuleDefinition.classes()
                .that()
                .resideInAPackage("io.ephemera.ports..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.ephemera.ports..",
                        "java.lang..",
                        "java.io..",
                        "java.math..",
                        "java.net",
                        "java.nio..",
                        "java.time..",
                        "java.util..",
                        "org.jspecify.annotations..")
                .check(CLASSES);
    }

    @Test
    @DisplayName("shows Gatling to the simulations and their gatling package, and to the run that they drive")
    void gatling() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.ephemera.simulations", "io.ephemera.simulations.gatling..", "io.ephemera.simulations.run..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.gatling..")
                .check(CLASSES);
    }
}
