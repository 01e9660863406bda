package io.github.eventgateway.check;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every bean that a route names is there, and has the method that the route calls. */
final class BeanReferences implements Rule {

    private static final Pattern IN_TEXT = Pattern.compile("#bean:([\\w.-]+)|\\$\\{bean:([\\w-]+)");

    private final Beans beans;

    BeanReferences(Beans beans) {
        this.beans = beans;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream().flatMap(YamlNode::all).forEach(node -> {
            Routes.elements(node)
                    .filter(element ->
                            element.kind().equals("bean") || element.kind().equals("method"))
                    .forEach(element -> checkCall(element.node(), report));
            Routes.elements(node)
                    .filter(element -> element.kind().equals("process"))
                    .forEach(element -> element.node().get("ref").ifPresent(ref -> find(ref, ref.text(), report)));
            Matcher named = IN_TEXT.matcher(node.text());
            while (named.find()) {
                find(node, named.group(1) == null ? named.group(2) : named.group(1), report);
            }
        });
        routes.endpoints().stream()
                .filter(endpoint ->
                        endpoint.scheme().equals("jdbc") || endpoint.scheme().equals("bean"))
                .forEach(endpoint -> find(endpoint.at(), endpoint.uri().replaceFirst("^\\w+:", ""), report));
    }

    private Optional<Class<?>> find(YamlNode at, String name, Report report) {
        Optional<Class<?>> type = beans.type(name);
        if (type.isEmpty()) {
            report.add(at, "there is no bean " + name);
        }
        return type;
    }

    private void checkCall(YamlNode call, Report report) {
        Optional<YamlNode> ref = call.get("ref");
        if (ref.isEmpty()) {
            return;
        }
        find(ref.get(), ref.get().text(), report)
                .ifPresent(type -> call.get("method").ifPresent(method -> {
                    if (Arrays.stream(type.getMethods()).noneMatch(candidate -> fits(candidate, method.text()))) {
                        report.add(method, "the bean " + ref.get().text() + " has no public method " + method.text());
                    }
                }));
    }

    private static boolean fits(Method candidate, String call) {
        int open = call.indexOf('(');
        if (open < 0) {
            return candidate.getName().equals(call);
        }
        return candidate.getName().equals(call.substring(0, open).strip())
                && candidate.getParameterCount() == count(call.substring(open + 1, call.lastIndexOf(')')));
    }

    /** How many arguments stand there; a comma within quotes or brackets parts none. */
    private static int count(String arguments) {
        if (arguments.isBlank()) {
            return 0;
        }
        int count = 1;
        int depth = 0;
        boolean quoted = false;
        for (char c : arguments.toCharArray()) {
            quoted ^= c == '\'';
            depth += quoted ? 0 : c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            count += !quoted && depth == 0 && c == ',' ? 1 : 0;
        }
        return count;
    }
}
