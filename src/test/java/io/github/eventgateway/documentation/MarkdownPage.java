package io.github.eventgateway.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A parsed page of the documentation: headings, code blocks, tables and links. */
final class MarkdownPage {

    private static final Pattern FENCE = Pattern.compile("\\s*```.*");
    private static final Pattern HEADING = Pattern.compile("(#+) (.*)");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`[^`]+`");
    private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

    private final Path file;
    private final List<String> codeBlocks = new ArrayList<>();
    private final List<String> headings = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> links = new ArrayList<>();

    private MarkdownPage(Path file) {
        this.file = file;
    }

    static MarkdownPage of(Path file) {
        MarkdownPage page = new MarkdownPage(file);
        StringBuilder code = null;
        for (String line : lines(file)) {
            if (FENCE.matcher(line).matches()) {
                if (code != null) {
                    page.codeBlocks.add(code.toString());
                }
                code = code == null ? new StringBuilder(line.strip()).append('\n') : null;
            } else if (code != null) {
                code.append(line).append('\n');
            } else {
                page.add(line);
            }
        }
        return page;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        if (HEADING.matcher(line).matches()) {
            headings.add(line);
        } else if (line.startsWith("|")) {
            rows.add(line);
        }
        LINK.matcher(CODE.matcher(line).replaceAll("code"))
                .results()
                .map(found -> found.group(1))
                .forEach(links::add);
    }

    Path file() {
        return file;
    }

    /** Returns each code block with its opening line. */
    List<String> codeBlocks() {
        return codeBlocks;
    }

    /** Returns the headings as {@code ##} for the second level, in the order of the page. */
    List<String> headingLevels() {
        return headings.stream()
                .map(heading -> heading.substring(0, heading.indexOf(' ')))
                .toList();
    }

    /** Returns for each table row the number of its cells and the names (in backquotes) in the first one. */
    List<String> rowNames() {
        return rows.stream().map(MarkdownPage::names).toList();
    }

    private static String names(String row) {
        String[] cells = CELL_END.split(row.substring(1));
        return cells.length + " cells "
                + CODE.matcher(cells[0]).results().map(MatchResult::group).toList();
    }

    List<String> links() {
        return links;
    }

    /** Returns the anchors of the headings, as GitHub creates them. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String heading : headings) {
            String text = heading.substring(heading.indexOf(' ') + 1).toLowerCase(Locale.ROOT);
            anchors.add(NOT_IN_ANCHORS.matcher(text).replaceAll("").replace(' ', '-'));
        }
        return anchors;
    }
}
