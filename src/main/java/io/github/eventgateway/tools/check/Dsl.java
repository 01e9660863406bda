package io.github.eventgateway.tools.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.tooling.model.EipModel;
import org.apache.camel.tooling.model.EipModel.EipOptionModel;

/** The vocabulary of the YAML DSL from Camel's catalogue, in the version of the gateway. */
final class Dsl {

    private static final Pattern CLASS = Pattern.compile(
            "(?i)\\bclass(es)? names?\\b|\\bclassname|\\bclass of the\\b|\\bclass to (use|take)|name of (model )?class|java type to convert|refer to the class");
    private static final Pattern BEAN =
            Pattern.compile("(?i)\\blookup and use\\b|\\brefer(s|red|ences?)? (to|from)\\b");

    /** The key above the languages, which is not itself a language. */
    private static final String EXPRESSION = "expression";
    /** The field that names a bean, even if the catalogue says that it can name a class. */
    private static final String REF = "ref";

    private final Set<String> languages;
    private final Set<String> expressionSteps;
    private final Set<String> expressionFields;
    private final List<String> simpleFunctions;
    private final Map<String, Set<String>> classFields = new HashMap<>();
    private final Map<String, Map<String, String>> beanFields = new HashMap<>();

    Dsl(CamelCatalog catalog) {
        List<EipModel> models =
                catalog.findModelNames().stream().map(catalog::eipModel).toList();
        languages = names(models, model -> model.getLabel().contains("language"));
        expressionSteps = names(
                models,
                model -> model.getLabel().startsWith("eip")
                        && model.getOptions().stream().anyMatch(Dsl::isExpression));
        expressionFields = models.stream()
                .flatMap(model -> model.getOptions().stream())
                .filter(option -> option.getKind().equals(EXPRESSION))
                .map(EipOptionModel::getName)
                .collect(Collectors.toUnmodifiableSet());
        simpleFunctions = catalog.languageModel("simple").getFunctions().stream()
                .map(function -> function.getName().replaceFirst("\\W.*", ""))
                .distinct()
                .toList();
        models.forEach(this::addFields);
    }

    private void addFields(EipModel model) {
        boolean isPart =
                model.getLabel().contains("dataformat") || model.getLabel().contains("language");
        Map<String, String> beans = new HashMap<>();
        Set<String> classes = new HashSet<>();
        for (EipOptionModel option : model.getOptions()) {
            String about = String.valueOf(option.getDescription());
            boolean isText = "attribute".equals(option.getKind()) && "string".equals(option.getType());
            boolean isClass = isText
                    && !option.getName().equals(REF)
                    && (CLASS.matcher(about).find() || option.getName().equals("collectionType"));
            if (isClass) {
                classes.add(option.getName());
            } else if ("attribute".equals(option.getKind()) && "object".equals(option.getType())) {
                beans.put(option.getName(), option.getJavaType());
            } else if (isText && isPart && BEAN.matcher(about).find()) {
                beans.put(option.getName(), "");
            }
        }
        classFields.put(model.getName(), Set.copyOf(classes));
        beanFields.put(model.getName(), Map.copyOf(beans));
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

    /** Returns whether this field of a step holds an expression: {@code expression}, {@code handled} and others. */
    boolean isExpressionField(String name) {
        return expressionFields.contains(name);
    }

    /** Returns the fields of this element that name Java classes. */
    Set<String> classFields(String element) {
        return classFields.getOrDefault(element, Set.of());
    }

    /** Returns the fields of this element that name beans, with the class of the bean; empty for an unknown class. */
    Map<String, String> beanFields(String element) {
        return beanFields.getOrDefault(element, Map.of());
    }

    /** Returns the functions of the simple language, without their arguments. */
    List<String> simpleFunctions() {
        return simpleFunctions;
    }
}
