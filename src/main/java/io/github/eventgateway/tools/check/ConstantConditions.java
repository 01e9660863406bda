package io.github.eventgateway.tools.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.language.simple.types.BinaryOperatorType;
import org.apache.camel.language.simple.types.LogicalOperatorType;
import org.apache.camel.language.simple.types.OtherOperatorType;
import org.apache.camel.language.simple.types.UnaryOperatorType;

/** Checks that a condition depends on the message or on a setting, and that a choice has alternatives. */
final class ConstantConditions implements Rule {

    private static final Set<String> CONDITIONS =
            Set.of("filter", "validate", "when", "onWhen", "completionPredicate", "retryWhile");
    /** Functions without the text around them. Nested functions belong to them. */
    private static final Pattern FUNCTION = Pattern.compile("\\$(simple)?\\{[^{}]*}");

    private static final Pattern SAME =
            Pattern.compile("\\$\\{(true|false|null)}|(\\$\\{[^{}]+})\\s*(==|=~|!=|!=~)\\s*\\2");
    private static final Pattern INSIDE = Pattern.compile(
            "\\$\\{(body|headers?|exchangeProperty|variable|exception)\\b[^{}()'\"]*\\s(==|=~|!=|!=~|>=?|<=?|contains|in|is|regex|range)\\s");
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final char MARK = '\u0001';
    private static final Set<String> OPERATORS = Stream.of(
                    Arrays.stream(BinaryOperatorType.values()).map(BinaryOperatorType::getOperatorText),
                    Arrays.stream(LogicalOperatorType.values()).map(operator -> operator.toString()),
                    Arrays.stream(OtherOperatorType.values()).map(OtherOperatorType::getOperatorText),
                    Arrays.stream(UnaryOperatorType.values()).map(operator -> operator.toString()),
                    Stream.of("?"))
            .flatMap(operators -> operators)
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .forEach(element -> check(element, report));
    }

    private static void check(Routes.Element element, Report report) {
        if (element.kind().equals("choice") && element.node().isMapping()) {
            checkBranches(element, report);
            boolean empty = element.node()
                    .get("when")
                    .map(when -> when.items().isEmpty())
                    .orElse(true);
            if (empty) {
                report.add(element.key(), "this choice has no when: add when with a condition, or remove the choice");
            }
        }
        boolean isCondition = CONDITIONS.contains(element.kind())
                || element.kind().equals("loop")
                        && element.node().text("doWhile").equals("true");
        if (isCondition) {
            Stream<YamlNode> holders =
                    element.node().isList() ? element.node().items().stream() : Stream.of(element.node());
            holders.flatMap(holder -> Written.of(holder).stream()).forEach(written -> check(written, report));
        }
    }

    private static void check(Written written, Report report) {
        String text = written.text();
        boolean knows =
                written.language().equals("constant") || written.language().equals("simple");
        if (!knows || text.contains("{{")) {
            return;
        }
        if (written.language().equals("constant")) {
            report.add(
                    written.at(),
                    "this condition is the same for every message, because constant computes nothing: "
                            + "write it in simple, such as ${header.name} == 'value'");
        } else if (!FUNCTION.matcher(text).find()) {
            report.add(
                    written.at(),
                    "this condition is the same for every message, because it has no ${…}: write, for example,"
                            + " ${header.name} == 'value'");
        } else if (SAME.matcher(text.strip()).matches() && !ConditionSamples.isRandom(text)) {
            report.add(
                    written.at(),
                    "this condition is the same for every message: write, for example, ${header.name} == 'value'");
        } else if (INSIDE.matcher(text).find()) {
            report.add(
                    written.at(),
                    "the comparison is inside the braces, where simple does not evaluate it: write, for example,"
                            + " ${header.name} == 'value'");
        } else if (!compares(text)) {
            report.add(
                    written.at(),
                    "this condition is a text, which is always true: compare with an operator between spaces, such as"
                            + " ${header.name} == 'value'");
        } else {
            ConditionSamples.constant(SimpleCondition.of(text))
                    .ifPresent(part -> report.add(
                            written.at(), "this condition does not depend on the message: " + part + "; correct it"));
        }
    }

    /** Reports a condition that an earlier branch has already. */
    private static void checkBranches(Routes.Element choice, Report report) {
        Map<String, YamlNode> seen = new HashMap<>();
        choice.node().get("when").stream()
                .flatMap(when -> when.items().stream())
                .flatMap(when -> Written.of(when).stream())
                .forEach(written -> {
                    YamlNode first = seen.putIfAbsent(written.language() + " " + written.text(), written.at());
                    if (first != null) {
                        report.add(
                                written.at(),
                                "this branch is never taken, because the branch in line " + first.line()
                                        + " has the same condition");
                    }
                });
    }

    /** Returns whether it is a single function, or has an operator outside functions and quotes. */
    private static boolean compares(String text) {
        String marked = text;
        for (String before = ""; !before.equals(marked); ) {
            before = marked;
            marked = FUNCTION.matcher(marked).replaceAll(String.valueOf(MARK));
        }
        String bare = QUOTED.matcher(marked).replaceAll(" ").strip();
        return bare.equals(String.valueOf(MARK))
                || Arrays.stream(bare.replace(MARK, ' ').split("\\s+")).anyMatch(OPERATORS::contains);
    }
}
