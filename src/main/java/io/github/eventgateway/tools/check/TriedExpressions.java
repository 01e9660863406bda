package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.support.DefaultExchange;

/**
 * Tries expressions with the languages of the running Camel on a sample message. Camel looks up classes, patterns and
 * paths only when it evaluates an expression, so its validator accepts the wrong ones. It calls no beans and starts
 * nothing. It does not try functions around a bean, the Camel context or the exchange. Any thread.
 */
final class TriedExpressions {

    private static final String BODY = "{}";

    /** Functions that call beans, routes or files, or that fail on purpose, or that cost much. */
    private static final Set<String> UNTRIED = Set.of(
            "bean",
            "direct",
            "ref",
            "properties",
            "load",
            "throwException",
            "assert",
            "sys",
            "sysenv",
            "env",
            "function",
            "range",
            "skip",
            "collate",
            "uuid",
            "exchange");

    private static final Pattern NAME = Pattern.compile("\\$(?:simple)?\\{([A-Za-z][\\w-]*)[:(].*", Pattern.DOTALL);
    private static final Pattern NESTED =
            Pattern.compile("\\{(camelContext|" + String.join("|", UNTRIED) + ")[:(.?\\[]");
    /** The classes that Camel looks up only if the header or property exists. */
    private static final Pattern TYPED = Pattern.compile(
            "\\$(?:simple)?\\{(?:exchangePropertyAs|exceptionAs|headerAs|variableAs)\\((?:[^,()]*,)?\\s*'?([\\w.$]+)'?\\).*",
            Pattern.DOTALL);

    private static final Pattern DATE = Pattern.compile(
            "\\$(?:simple)?\\{(date|date-with-timezone):(?<from>(?:in\\.|out\\.)?[A-Za-z][\\w.]*(?:-[A-Za-z]\\w*)*)(?<offset>[+-][^:]*)?(?<rest>:.*)?}",
            Pattern.DOTALL);
    private static final Pattern DATED_BY_MESSAGE =
            Pattern.compile("(in\\.|out\\.)?(header|exchangeProperty|variable)\\..*|file");
    private static final Pattern OFFSET = Pattern.compile(
            "([+-]\\s*(\\d+(\\.\\d+)?\\s*(ms|millis|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)?\\s*)+)*");
    private static final List<String> WRONG_ARGUMENTS = List.of(
            "Illegal pattern character",
            "Unknown pattern letter",
            "Unterminated quote",
            "Too many pattern letters",
            "Command not supported",
            "bound must be",
            "function empty(",
            "path can not be null");

    private TriedExpressions() {}

    /** Built at the first use, and never started. */
    private static final class Camel {
        static final CamelContext CONTEXT = build();
    }

    private static CamelContext build() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.setApplicationContextClassLoader(TriedExpressions.class.getClassLoader());
        context.build();
        return context;
    }

    /**
     * A mistake in an expression.
     *
     * @param part the wrong part of its text
     */
    record Problem(String part, String message) {}

    /** Returns whether Camel finds a class of this name, such as {@code String} or {@code byte[]}. */
    static boolean isClass(String name) {
        return Camel.CONTEXT.getClassResolver().resolveClass(name) != null;
    }

    /** Returns the mistakes in the functions of a text in the simple language. */
    static List<Problem> inFunctions(String text) {
        List<Problem> problems = new ArrayList<>();
        for (String function : Functions.all(text)) {
            problem(function).ifPresent(message -> problems.add(new Problem(function, message)));
        }
        return problems;
    }

    /** Returns the mistakes in the operands of a condition in the simple language. */
    static List<Problem> inOperands(String text) {
        List<Problem> problems = new ArrayList<>();
        SimpleCondition.of(text).terms().stream()
                .filter(term ->
                        term.isOneOf("is", "regex", "range") && !term.right().contains("${"))
                .forEach(term -> fault(term.right(), () -> condition("${body} " + term.operator() + " " + term.right())
                                .test(Map.of()))
                        .ifPresent(message -> problems.add(new Problem(term.right(), message))));
        return problems;
    }

    /** Returns the mistake in an expression or a condition of another language than simple. */
    static Optional<String> problem(String language, String text, boolean condition) {
        return fault(text, () -> {
            if (condition) {
                Predicate predicate = Camel.CONTEXT.resolveLanguage(language).createPredicate(text);
                predicate.init(Camel.CONTEXT);
                return language.equals("jsonpath") && predicate.matches(message(Map.of()));
            }
            Expression expression = Camel.CONTEXT.resolveLanguage(language).createExpression(text);
            expression.init(Camel.CONTEXT);
            return language.equals("jsonpath") ? expression.evaluate(message(Map.of()), Object.class) : null;
        });
    }

    /** A condition that can be tested with headers. */
    @FunctionalInterface
    interface Condition {
        boolean test(Map<String, Object> headers);
    }

    /**
     * Compiles a condition in the simple language.
     *
     * @throws RuntimeException if it is invalid
     */
    static Condition condition(String text) {
        Predicate predicate = Camel.CONTEXT.resolveLanguage("simple").createPredicate(text);
        predicate.init(Camel.CONTEXT);
        return headers -> predicate.matches(message(headers));
    }

    private static Exchange message(Map<String, Object> headers) {
        Exchange exchange = new DefaultExchange(Camel.CONTEXT);
        exchange.getMessage().setBody(BODY);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        return exchange;
    }

    private static Optional<String> problem(String function) {
        Matcher named = NAME.matcher(function);
        if (!named.matches()
                || UNTRIED.contains(named.group(1))
                || NESTED.matcher(function).find()) {
            return Optional.empty();
        }
        Matcher typed = TYPED.matcher(function);
        if (typed.matches() && !isClass(typed.group(1))) {
            return Optional.of("there is no class " + typed.group(1));
        }
        Matcher date = DATE.matcher(function);
        return date.matches() ? inDate(function, date) : tried(function);
    }

    private static Optional<String> inDate(String function, Matcher date) {
        String offset = date.group("offset") == null ? "" : date.group("offset");
        String rest = date.group("rest") == null ? "" : date.group("rest");
        if (!OFFSET.matcher(offset).matches()) {
            return Optional.of("the offset " + offset + " is not a duration: write, for example, +1h or -30m");
        }
        String zone = rest.replaceFirst("^:", "").replaceFirst(":.*", "");
        if (date.group(1).endsWith("zone") && zone.matches("[A-Za-z_/]+") && !isZone(zone)) {
            return Optional.of("there is no time zone " + zone);
        }
        String from = DATED_BY_MESSAGE.matcher(date.group("from")).matches() ? "now" : date.group("from");
        return tried("${" + date.group(1) + ":" + from + rest + "}").map(message -> message.replace(function, ""));
    }

    private static boolean isZone(String id) {
        return id.equals("GMT") || !TimeZone.getTimeZone(id).getID().equals("GMT");
    }

    private static Optional<String> tried(String function) {
        return fault(function, () -> {
            Expression expression = Camel.CONTEXT.resolveLanguage("simple").createExpression(function);
            expression.init(Camel.CONTEXT);
            return expression.evaluate(message(Map.of()), Object.class);
        });
    }

    /** Returns why the text itself is wrong; empty if it works, or fails only on the sample message. */
    private static Optional<String> fault(String text, Supplier<Object> attempt) {
        try {
            attempt.get();
            return Optional.empty();
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null && cause.getCause() != cause) {
                cause = cause.getCause();
            }
            return fault(text, cause);
        }
    }

    private static Optional<String> fault(String text, Throwable cause) {
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        boolean alone = text.lastIndexOf("${") <= 0;
        String type = cause.getClass().getSimpleName();
        if (cause instanceof ClassNotFoundException || type.equals("NoSuchAlgorithmException")) {
            return Optional.of(message.matches("[\\w.$]+") ? "there is no class " + message : message);
        }
        if (cause instanceof SimpleIllegalSyntaxException || cause instanceof SimpleParserException) {
            return Optional.of(message.replaceFirst(" at location \\d+$", ""))
                    .filter(known -> !known.contains("No bean could be found"));
        }
        boolean wrong =
                switch (type) {
                    case "InvalidPathException", "TransformerException", "XPathExpressionException" -> true;
                    case "PatternSyntaxException" -> alone && cause instanceof PatternSyntaxException;
                    case "NumberFormatException" ->
                        alone && text.contains(message.replaceFirst("^.*\"(.*)\".*$", "$1"));
                    case "ArrayIndexOutOfBoundsException" ->
                        cause.getStackTrace().length > 0
                                && cause.getStackTrace()[0]
                                        .getClassName()
                                        .startsWith("org.apache.camel.language.simple");
                    default -> WRONG_ARGUMENTS.stream().anyMatch(message::startsWith);
                };
        return wrong ? Optional.of(type.startsWith("ArrayIndex") ? "it lacks an argument" : message) : Optional.empty();
    }
}
