package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.tooling.model.ArtifactModel;
import org.springframework.util.ClassUtils;

/** Finds the dependency in pom.xml for a part of Camel. */
final class Starters {

    private static final String GROUP = "org.apache.camel.springboot";
    /** Steps that need their own library, although no model names it. */
    private static final Map<String, String> OF_STEPS = Map.of(
            "circuitBreaker", "camel-resilience4j",
            "kamelet", "camel-kamelet",
            "tokenizer", "camel-langchain4j-tokenizer",
            "a2aSubTask", "camel-a2a");

    private static final List<String> BREAKERS = List.of(
            "org.apache.camel.component.resilience4j.ResilienceProcessor",
            "org.apache.camel.component.microprofile.faulttolerance.FaultToleranceProcessor");

    private final CamelCatalog catalog;

    Starters(CamelCatalog catalog) {
        this.catalog = catalog;
    }

    /** Returns the missing dependency of a component; empty if it is present or the component does not exist. */
    Optional<String> missingComponent(String scheme) {
        return isMissing("component", scheme)
                ? Optional.ofNullable(catalog.componentModel(scheme))
                        .map(model -> missing("component " + scheme, model))
                : Optional.empty();
    }

    /** Returns the missing dependency of a language. */
    Optional<String> missingLanguage(String name) {
        return isMissing("language", name)
                ? Optional.of(missing("language " + name, catalog.languageModel(name)))
                : Optional.empty();
    }

    /** Returns the names of all languages, including those that are not installed. */
    List<String> languages() {
        return catalog.findLanguageNames();
    }

    /** Returns the missing dependency of a data format. */
    Optional<String> missingDataFormat(String name) {
        return isMissing("dataformat", name)
                ? Optional.of(missing("data format " + name, catalog.dataFormatModel(name)))
                : Optional.empty();
    }

    /** Returns the missing dependency of a step. */
    Optional<String> missingStep(String kind) {
        return Optional.ofNullable(OF_STEPS.get(kind))
                .filter(artifact -> !isThere(kind))
                .map(artifact -> sentence("step " + kind, artifact));
    }

    private static boolean isMissing(String kind, String name) {
        return !InstalledCatalog.isInstalled(kind, name);
    }

    private static boolean isThere(String kind) {
        return switch (kind) {
            case "circuitBreaker" -> BREAKERS.stream().anyMatch(breaker -> ClassUtils.isPresent(breaker, null));
            case "kamelet" -> InstalledCatalog.isInstalled("component", "kamelet");
            default -> false;
        };
    }

    private static String missing(String part, ArtifactModel<?> model) {
        return model == null
                ? "the " + part + " is not part of this gateway: add it to pom.xml"
                : sentence(part, model.getArtifactId());
    }

    private static String sentence(String part, String artifact) {
        return "the " + part + " is not part of this gateway: add the dependency " + GROUP + ":" + artifact
                + "-starter to pom.xml";
    }
}
