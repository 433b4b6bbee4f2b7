package dev.cairn.relay;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.core.Vertx;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may know whom. A package that does not exist yet breaks no rule.
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cairn");

    private static final String RELAY = "dev.cairn.relay";
    private static final String[] SHARED = {RELAY + ".bus..", RELAY + ".live..", RELAY + ".config..", RELAY + ".log.."};

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "chain", "seal", "stream", "collab", "http", "witness", "receipts"})
    void aFeatureKnowsNoOtherFeature(String feature) {
        String own = RELAY + "." + feature + "..";

        noClasses()
                .that(resideInAPackage(own))
                .should()
                .dependOnClassesThat(resideInAPackage(RELAY + "..")
                        .and(resideOutsideOfPackages(SHARED))
                        .and(resideOutsideOfPackages(own)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void whatFeaturesShareKnowsNoFeature() {
        noClasses()
                .that(resideInAnyPackage(SHARED))
                .should()
                .dependOnClassesThat(resideInAPackage(RELAY + "..").and(resideOutsideOfPackages(SHARED)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheBusTouchesTheEventBus() {
        noClasses()
                .that(resideOutsideOfPackages(RELAY + ".bus.."))
                .should()
                .callMethodWhere(target(name("eventBus")))
                .check(CLASSES);
    }

    @Test
    void onlySealsMeetWitnesses() {
        noClasses()
                .that(resideInAPackage(RELAY + "..")
                        .and(resideOutsideOfPackages(RELAY, RELAY + ".seal..", RELAY + ".cli..")))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.cairn.witness.."))
                .check(CLASSES);
    }

    @Test
    void clockEnvironmentAndVertxComeInFromOutside() {
        noClasses()
                .that(resideInAPackage(RELAY + "..").and(resideOutsideOfPackages(RELAY, RELAY + ".cli..")))
                .should()
                .callMethod(Vertx.class, "vertx")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that(resideOutsideOfPackages(RELAY, RELAY + ".cli..", "dev.cairn.loadtest.."))
                .should(ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @Test
    void theProtocolIsPlainJava() {
        classes()
                .that(resideInAPackage("dev.cairn.protocol.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "com.sun.security.auth.module", // Of the JDK: who we are.
                        "dev.cairn.protocol..",
                        "com.fasterxml.jackson.core..",
                        "org.bouncycastle.crypto..",
                        "org.bouncycastle.math.ec.rfc7748..",
                        "org.bouncycastle.math.ec.rfc8032..",
                        "org.jspecify.."))
                .check(CLASSES);
    }
}
