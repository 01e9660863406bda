package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.tooling.model.EipModel;
import org.apache.camel.tooling.model.EipModel.EipOptionModel;

/** The vocabulary of the YAML DSL from Camel's catalogue, in the version of the gateway. */
final class Dsl {

    /** The key above the languages, which is not itself a language. */
    private static final String EXPRESSION = "expression";

    private final Set<String> languages;
    private final Set<String> expressionSteps;
    private final List<String> simpleFunctions;

    Dsl(CamelCatalog catalog) {
        List<EipModel> models =
                catalog.findModelNames().stream().map(catalog::eipModel).toList();
        languages = names(models, model -> model.getLabel().contains("language"));
        expressionSteps = names(
                models,
                model -> model.getLabel().startsWith("eip")
                        && model.getOptions().stream().anyMatch(Dsl::isExpression));
        simpleFunctions = catalog.languageModel("simple").getFunctions().stream()
                .map(function -> function.getName().replaceFirst("\\W.*", ""))
                .distinct()
                .toList();
    }

    private static Set<String> names(List<EipModel> models, Predicate<EipModel> wanted) {
        return models.stream()
                .filter(wanted)
                .map(EipModel::getName)
                .filter(name -> !name.equals(EXPRESSION))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isExpression(EipOptionModel option) {
        return option.isRequired()
                && option.getKind().equals(EXPRESSION)
                && option.getName().equals(EXPRESSION);
    }

    boolean isLanguage(String name) {
        return languages.contains(name);
    }

    /** Returns whether a step of this name needs an expression. */
    boolean needsExpression(String step) {
        return expressionSteps.contains(step);
    }

    /** Returns the functions of the simple language, without their arguments. */
    List<String> simpleFunctions() {
        return simpleFunctions;
    }
}
