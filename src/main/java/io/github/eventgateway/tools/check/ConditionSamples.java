package io.github.eventgateway.tools.check;

import io.github.eventgateway.tools.check.SimpleCondition.Term;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds conditions that have the same result for every message. It replaces each function by a value, tries all values
 * that the comparisons can tell apart, and lets Camel evaluate the condition. It treats functions as independent of
 * each other, so it misses some conditions, but reports no condition that has two results.
 */
final class ConditionSamples {

    private static final int MOST = 4000;
    private static final int MOST_TEXTS = 3;
    private static final Set<String> ORDERS = Set.of(">", ">=", "<", "<=");
    private static final Set<String> TEXTS = Set.of("contains", "~~", "startsWith", "endsWith");
    private static final Set<String> FIXED = Set.of("${true}", "${false}", "${null}");

    private ConditionSamples() {}

    /** Returns a part of the condition that is the same for every message, and its result. */
    static Optional<String> constant(SimpleCondition condition) {
        for (Term term : condition.terms()) {
            if (term.isOneOf("contains", "~~", "startsWith", "endsWith", "in")
                    && term.right().matches("''|\"\"")) {
                return Optional.of("the text after " + term.operator() + " is empty");
            }
        }
        return condition.terms().stream()
                .flatMap(term -> finding(List.of(term), "").stream())
                .findFirst()
                .or(() -> together(run(condition), condition));
    }

    /** Returns the terms at the beginning that the same operator joins. */
    private static List<Term> run(SimpleCondition condition) {
        List<String> joins = condition.joins();
        int same = 0;
        while (same < joins.size() && joins.get(same).equals(joins.get(0))) {
            same++;
        }
        boolean ends = same == joins.size();
        int terms = ends || joins.get(0).equals("&&") ? same + 1 : same;
        return condition.terms().subList(0, Math.min(terms, condition.terms().size()));
    }

    private static Optional<String> together(List<Term> run, SimpleCondition condition) {
        if (run.size() < 2) {
            return Optional.empty();
        }
        String join = condition.joins().get(0);
        Map<Set<String>, List<Term>> alike = new LinkedHashMap<>();
        run.forEach(term ->
                alike.computeIfAbsent(operands(term), key -> new ArrayList<>()).add(term));
        return alike.values().stream()
                .filter(terms -> terms.size() > 1)
                .flatMap(terms -> finding(terms, join).stream())
                .findFirst();
    }

    private static Set<String> operands(Term term) {
        return Stream.of(term.left(), term.right())
                .filter(ConditionSamples::isVariable)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isVariable(String token) {
        return token.contains("${") && !FIXED.contains(token);
    }

    /** Returns whether two uses of a function can differ. */
    static boolean isRandom(String text) {
        return text.matches("(?s).*\\{(random|uuid)\\b.*");
    }

    private static Optional<String> finding(List<Term> terms, String join) {
        if (terms.stream().anyMatch(term -> isRandom(term.toString()))) {
            return Optional.empty();
        }
        String text = terms.stream().map(Term::toString).collect(Collectors.joining(" " + join + " "));
        return result(terms, join)
                .filter(result -> join.isEmpty() || result == join.equals("||"))
                .map(result -> text + " is always " + result);
    }

    /** Returns the only result of these terms; empty if they have several, or if this is unknown. */
    private static Optional<Boolean> result(List<Term> terms, String join) {
        Map<String, Set<Object>> samples = new LinkedHashMap<>();
        Map<String, String> names = new HashMap<>();
        List<String> rewritten = new ArrayList<>();
        for (Term term : terms) {
            rewritten.add(rewritten(term, samples, names));
        }
        if (rewritten.contains("") || !fill(terms, samples, names)) {
            return Optional.empty();
        }
        try {
            return only(TriedExpressions.condition(String.join(" " + join + " ", rewritten)), samples);
        } catch (RuntimeException e) {
            // Another rule reports a condition that Camel refuses.
            return Optional.empty();
        }
    }

    private static String rewritten(Term term, Map<String, Set<Object>> samples, Map<String, String> names) {
        if (term.operator().isEmpty() || term.isOneOf("is", "regex")) {
            boolean wanted = !term.operator().startsWith("!");
            String key = term.left() + " " + term.operator().replaceFirst("^!", "") + " " + term.right();
            return isVariable(term.left()) ? variable(key, true, samples, names) + " == " + wanted : "";
        }
        return value(term.left(), samples, names) + " " + term.operator() + " " + value(term.right(), samples, names);
    }

    private static String value(String token, Map<String, Set<Object>> samples, Map<String, String> names) {
        return isVariable(token) ? variable(token, false, samples, names) : token;
    }

    private static String variable(
            String key, boolean isFlag, Map<String, Set<Object>> samples, Map<String, String> names) {
        String name = names.computeIfAbsent(key, any -> "v" + names.size());
        samples.computeIfAbsent(name, any -> new LinkedHashSet<>()).addAll(isFlag ? List.of(true, false) : List.of());
        return "${header." + name + "}";
    }

    /** Adds the values that the comparisons can tell apart; returns false if they are too many. */
    private static boolean fill(List<Term> terms, Map<String, Set<Object>> samples, Map<String, String> names) {
        Set<String> literals = new LinkedHashSet<>();
        Set<String> parts = new LinkedHashSet<>();
        boolean ordered = true;
        for (Term term : terms) {
            for (String token : List.of(term.left(), term.right())) {
                if (!token.isEmpty() && !isVariable(token)) {
                    literals.addAll(literals(term, token));
                    parts.addAll(term.isOneOf(TEXTS.toArray(String[]::new)) ? literals(term, token) : Set.of());
                }
            }
            ordered &= ORDERS.contains(term.operator());
        }
        if (parts.size() > MOST_TEXTS) {
            return false;
        }
        Set<Object> values =
                values(literals, parts, ordered && literals.stream().allMatch(one -> number(one) != null));
        names.forEach((key, name) -> {
            if (samples.get(name).isEmpty()) {
                samples.get(name).addAll(values);
            }
        });
        long all = samples.values().stream().mapToLong(Set::size).reduce(1, (one, other) -> one * other);
        return all <= MOST;
    }

    private static Set<String> literals(Term term, String token) {
        String bare = token.replaceFirst("^(['\"])(.*)\\1$", "$2");
        String between = term.isOneOf("in") ? "," : term.isOneOf("range") ? "\\.\\." : "";
        return between.isEmpty()
                ? Set.of(bare)
                : Arrays.stream(bare.split(between)).map(String::strip).collect(Collectors.toSet());
    }

    private static Set<Object> values(Set<String> literals, Set<String> parts, boolean onlyNumbers) {
        Set<Object> values = new LinkedHashSet<>();
        List<BigDecimal> numbers = literals.stream()
                .map(ConditionSamples::number)
                .filter(number -> number != null)
                .sorted()
                .toList();
        for (int i = 0; i < numbers.size(); i++) {
            add(numbers.get(i), values);
            add(numbers.get(i).subtract(BigDecimal.ONE), values);
            add(numbers.get(i).add(BigDecimal.ONE), values);
            if (i > 0) {
                add(numbers.get(i - 1).add(numbers.get(i)).divide(BigDecimal.valueOf(2)), values);
            }
        }
        if (onlyNumbers && !values.isEmpty()) {
            return values;
        }
        values.addAll(Arrays.asList(null, "", "~other~"));
        for (String literal : literals) {
            values.addAll(List.of(
                    literal,
                    literal + "~",
                    "~" + literal,
                    literal.toUpperCase(Locale.ROOT),
                    literal.toLowerCase(Locale.ROOT)));
        }
        values.addAll(orders(List.copyOf(parts)));
        return values;
    }

    /** Returns the texts one after the other, in every order. */
    private static List<String> orders(List<String> parts) {
        if (parts.isEmpty()) {
            return List.of("");
        }
        List<String> orders = new ArrayList<>();
        for (String first : parts) {
            List<String> others = new ArrayList<>(parts);
            others.remove(first);
            orders(others).forEach(rest -> orders.addAll(List.of(rest, first + rest, first + "~" + rest)));
        }
        return orders;
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void add(BigDecimal number, Set<Object> values) {
        boolean isWhole = number.stripTrailingZeros().scale() <= 0;
        values.add(isWhole ? (Object) number.longValue() : (Object) number.doubleValue());
        values.add(isWhole ? String.valueOf(number.longValue()) : number.toPlainString());
    }

    private static Optional<Boolean> only(TriedExpressions.Condition condition, Map<String, Set<Object>> samples) {
        Set<Boolean> results = new LinkedHashSet<>();
        test(condition, List.copyOf(samples.keySet()), samples, new HashMap<>(), results);
        return results.size() == 1 ? results.stream().findFirst() : Optional.empty();
    }

    private static void test(
            TriedExpressions.Condition condition,
            List<String> open,
            Map<String, Set<Object>> samples,
            Map<String, Object> headers,
            Set<Boolean> results) {
        if (open.isEmpty()) {
            try {
                results.add(condition.test(headers));
            } catch (RuntimeException e) {
                // The values do not have types that can be compared.
            }
            return;
        }
        for (Object value : samples.get(open.get(0))) {
            headers.put(open.get(0), value);
            test(condition, open.subList(1, open.size()), samples, headers, results);
        }
    }
}
