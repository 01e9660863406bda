package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Explains why a file is not YAML in terms of its content and not of the parser. */
final class BrokenYaml {

    static final String RULE = "yaml";

    private static final int LINES_OF_A_TEXT = 12;

    private BrokenYaml() {}

    static Finding finding(Path path, MarkedYAMLException e) throws IOException {
        List<String> lines = Files.readString(path).lines().toList();
        int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
        int column = e.getProblemMark() == null ? 1 : e.getProblemMark().getColumn() + 1;
        int open = openQuote(lines, line);
        if (open > 0) {
            String source = lines.get(open - 1);
            Place at = new Place(path, open, source.indexOf('"') + 1, source);
            return finding(at, "is not valid YAML: the quote that begins here is not closed");
        }
        return finding(Place.of(path, line, column), "is not valid YAML: " + problem(String.valueOf(e.getProblem())));
    }

    private static Finding finding(Place at, String message) {
        return Finding.of(at, Severity.ERROR, RULE, message, "");
    }

    /** Returns where an unescaped quote ended the text for the parser; 0 if that is not the cause. */
    private static int openQuote(List<String> lines, int line) {
        for (int above = Math.min(line, lines.size()); above > Math.max(0, line - LINES_OF_A_TEXT); above--) {
            long quotes = lines.get(above - 1)
                    .replace("\\\"", "")
                    .chars()
                    .filter(c -> c == '"')
                    .count();
            if (quotes % 2 == 1) {
                return above;
            }
        }
        return 0;
    }

    private static String problem(String problem) {
        if (problem.startsWith("mapping values are not allowed")) {
            return "a text contains a colon: put the text in quotes, or indent the lines below it";
        }
        if (problem.contains("'\\t")) {
            return "a tab: use spaces for indentation";
        }
        if (problem.startsWith("expected <block end>")) {
            return "the indentation does not match the lines above (" + problem + ")";
        }
        return problem;
    }
}
