package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.language.bean.BeanLanguage;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.util.StringHelper;
import org.springframework.stereotype.Component;

/**
 * Evaluates the part after {@code body.} in the simple language if the body is an event or a part of one. The path
 * reads like the JSON: {@code ${body.data.address.city}} or {@code ${body.data[address][city]}}. A missing member is
 * null. For other bodies, and for calls with parentheses, Camel's own language applies, which throws if a member is
 * missing. Any thread.
 */
@Component("bean-language")
class JsonOgnl extends BeanLanguage {

    private static final int BEAN = 1;
    private static final int PATH = 2;
    private static final Set<String> MEMBERS = Set.of("id", "type", "timestamp", "data");

    /** A name, a call, or a key in brackets, which may contain an expression. */
    private static final Pattern STEP =
            Pattern.compile("\\?*\\.?([^.\\[\\](?]+)(\\([^)]*\\))?|\\?*\\[((?:[^\\[\\]{}]|\\$\\{[^}]*})*)]");

    @Override
    public Expression createExpression(String expression, Object[] properties) {
        if (properties != null && properties.length > PATH && properties[PATH] instanceof String path) {
            Object bean = properties[BEAN];
            List<Step> steps = isJson(bean) || bean instanceof Event ? steps(path) : List.of();
            if (!steps.isEmpty()) {
                return new Walk(bean, steps);
            }
        }
        return super.createExpression(expression, properties);
    }

    private static boolean isJson(Object bean) {
        return bean instanceof JsonMembers || bean instanceof JsonElements || bean instanceof JsonNode;
    }

    /**
     * @param rest the remaining path
     */
    private record Step(String name, boolean isCall, boolean isKey, String rest) {}

    /** Returns no steps if the path has another form. */
    private static List<Step> steps(String path) {
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(path);
        int at = 0;
        while (step.find() && step.start() == at) {
            String rest = path.substring(at).replaceFirst("^\\.", "");
            boolean key = step.group(1) == null;
            steps.add(new Step(key ? step.group(3) : step.group(1).strip(), step.group(2) != null, key, rest));
            at = step.end();
        }
        return at == path.length() ? steps : List.of();
    }

    private final class Walk extends ExpressionAdapter {

        private final Object bean;
        private final List<Step> steps;

        private Walk(Object bean, List<Step> steps) {
            this.bean = bean;
            this.steps = steps;
        }

        @Override
        public Object evaluate(Exchange exchange) {
            Object at = bean;
            for (Step step : steps) {
                at = at instanceof JsonNode node ? JsonMembers.value(node) : at;
                if (at == null) {
                    return null;
                }
                if (step.isCall() || isOwn(at, step)) {
                    return call(at, step.rest(), exchange);
                }
                at = next(at, step, exchange);
            }
            return at instanceof JsonNode node ? JsonMembers.value(node) : at;
        }

        /** Returns the properties of an event besides its JSON. */
        private static boolean isOwn(Object at, Step step) {
            boolean event = at instanceof Event || at instanceof JsonMembers && at.getClass() != JsonMembers.class;
            return event && !step.isKey() && !MEMBERS.contains(step.name());
        }

        private Object call(Object at, String path, Exchange exchange) {
            Object[] properties = new Object[PATH + 1];
            properties[BEAN] = at;
            properties[PATH] = path;
            Expression camelExpression = JsonOgnl.super.createExpression(null, properties);
            camelExpression.init(exchange.getContext());
            return camelExpression.evaluate(exchange, Object.class);
        }

        private Object next(Object at, Step step, Exchange exchange) {
            String name = step.isKey() ? key(step.name(), exchange) : step.name();
            if (at instanceof Event event) {
                return member(event, name);
            }
            if (at instanceof JsonMembers members) {
                return members.get(name);
            }
            return at instanceof JsonElements elements && step.isKey() ? element(elements, name) : null;
        }

        private static String key(String text, Exchange exchange) {
            String key = StringHelper.removeLeadingAndEndingQuotes(text.strip());
            if (!key.contains("${")) {
                return key;
            }
            Expression simple = exchange.getContext().resolveLanguage("simple").createExpression(key);
            simple.init(exchange.getContext());
            return simple.evaluate(exchange, String.class);
        }

        private static Object member(Event event, String name) {
            return switch (name) {
                case "id" -> event.id();
                case "type" -> event.type();
                case "timestamp" -> event.timestamp().toString();
                case "data" -> event.data();
                default -> null;
            };
        }

        /** Returns the index as Camel writes it: from 0, or {@code last}, or {@code last-1}. */
        private static Object element(JsonElements elements, String key) {
            String number = key.replaceFirst("^last\\s*-?\\s*", "");
            if (!number.matches("\\d{0,9}") || number.isEmpty() && !key.startsWith("last")) {
                return null;
            }
            int count = number.isEmpty() ? 0 : Integer.parseInt(number);
            int index = key.startsWith("last") ? elements.size() - 1 - count : count;
            return index < 0 || index >= elements.size() ? null : elements.get(index);
        }
    }
}
