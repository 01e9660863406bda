package io.github.eventgateway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Prints tables in Markdown as results arrive, and writes them to a file. */
final class Report {

    private final StringBuilder text = new StringBuilder();
    private final Path file;

    Report(Path file) {
        this.file = file;
    }

    void line(String line) {
        text.append(line).append('\n');
        System.out.println(line);
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void heading(String title, String... columns) {
        line("");
        line("### " + title);
        line("");
        row((Object[]) columns);
        row(Arrays.stream(columns).map(column -> "---").toArray());
    }

    void row(Object... cells) {
        line("| " + String.join(" | ", Arrays.stream(cells).map(String::valueOf).toList()) + " |");
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        return median(runs.stream().mapToDouble(figure).boxed().toList());
    }

    /** Returns the median with minimum and maximum. */
    static <T> String spread(List<T> runs, ToDoubleFunction<T> figure) {
        List<Double> values = runs.stream().mapToDouble(figure).boxed().toList();
        return number(median(values)) + " ("
                + number(values.stream().min(Double::compare).orElseThrow()) + "–"
                + number(values.stream().max(Double::compare).orElseThrow()) + ")";
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
    }
}
