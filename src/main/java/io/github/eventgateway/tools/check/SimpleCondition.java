package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A condition in the simple language, split into its comparisons.
 *
 * @param terms the comparisons; empty if the condition has another form
 * @param joins the operators between them, {@code &&} or {@code ||}
 */
record SimpleCondition(List<Term> terms, List<String> joins) {

    private static final Set<String> JOINS = Set.of("&&", "||");
    private static final Set<String> OPERATORS = Set.of(
            "==",
            "=~",
            "!=",
            "!=~",
            ">",
            ">=",
            "<",
            "<=",
            "in",
            "!in",
            "contains",
            "!contains",
            "~~",
            "!~~",
            "is",
            "!is",
            "regex",
            "!regex",
            "range",
            "!range",
            "startsWith",
            "!startsWith",
            "endsWith",
            "!endsWith");

    /**
     * A comparison, or a single value.
     *
     * @param operator empty for a single value
     */
    record Term(String left, String operator, String right) {

        boolean isOneOf(String... names) {
            return List.of(names).contains(operator.replaceFirst("^!(?!=)", ""));
        }

        @Override
        public String toString() {
            return (left + " " + operator + " " + right).strip();
        }
    }

    /** Splits a text. Without a plain form, the result has no terms. */
    static SimpleCondition of(String text) {
        List<String> tokens = tokens(text);
        List<Term> terms = new ArrayList<>();
        List<String> joins = new ArrayList<>();
        int at = 0;
        while (at < tokens.size()) {
            boolean compares = at + 2 < tokens.size() && OPERATORS.contains(tokens.get(at + 1));
            terms.add(
                    compares
                            ? new Term(tokens.get(at), tokens.get(at + 1), tokens.get(at + 2))
                            : new Term(tokens.get(at), "", ""));
            at += compares ? 3 : 1;
            if (at < tokens.size()) {
                if (!JOINS.contains(tokens.get(at)) || at + 1 == tokens.size()) {
                    return new SimpleCondition(List.of(), List.of());
                }
                joins.add(tokens.get(at));
                at++;
            }
        }
        return new SimpleCondition(List.copyOf(terms), List.copyOf(joins));
    }

    /** Splits at spaces outside functions and quotes. */
    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (depth == 0 && quote == 0 && Character.isWhitespace(c)) {
                add(token, tokens);
                continue;
            }
            token.append(c);
            if (c == '{') {
                depth++;
            } else if (c == '}' && depth > 0) {
                depth--;
            } else if (depth == 0 && (c == '\'' || c == '"') && (quote == 0 || quote == c)) {
                quote = quote == 0 ? c : 0;
            }
        }
        add(token, tokens);
        return tokens;
    }

    private static void add(StringBuilder token, List<String> tokens) {
        if (!token.isEmpty()) {
            tokens.add(token.toString());
            token.setLength(0);
        }
    }
}
