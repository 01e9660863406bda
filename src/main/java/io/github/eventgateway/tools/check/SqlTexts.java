package io.github.eventgateway.tools.check;

import java.util.regex.Pattern;

/** Checks that SQL is not composed from input. */
final class SqlTexts implements Rule {

    private static final Pattern SQL = Pattern.compile("(?is)\\s*(select|insert|update|delete|merge|with)\\s.*");

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .filter(node ->
                        node.text().contains("${") && SQL.matcher(node.text()).matches())
                .forEach(node -> report.add(
                        node.place("${"),
                        "this SQL contains text from the message, so the sender could write SQL: write "
                                + ":?name, and set the header name",
                        ""));
    }
}
