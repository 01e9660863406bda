package io.github.eventgateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PackagesTest {

    private static final String GATEWAY = "io.github.eventgateway";

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(GATEWAY);

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noRuntimePackageDependsOnTheAuthoringTools() {
        noClasses()
                .that()
                .resideOutsideOfPackages(GATEWAY, GATEWAY + ".tools..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(GATEWAY + ".tools..")
                .check(CLASSES);
    }

    @Test
    void classNamesAreUnique() {
        var homes = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getSimpleName));

        assertThat(homes).allSatisfy((name, types) -> assertThat(types).hasSize(1));
    }

    /** Each package is one slice, without its subpackages. */
    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
