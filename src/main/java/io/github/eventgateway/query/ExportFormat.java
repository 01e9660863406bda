package io.github.eventgateway.query;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats events for an export. Any thread. */
enum ExportFormat {
    NDJSON("application/x-ndjson") {
        @Override
        String begin() {
            return "";
        }

        @Override
        void add(Map<String, Object> row, String cursor, ObjectMapper json, StringBuilder text) {
            text.append(toJson(new Line(EventItem.of(row, json.getFactory()), cursor), json))
                    .append('\n');
        }
    },

    CSV("text/csv; charset=UTF-8") {
        @Override
        String begin() {
            return line(NAMES);
        }

        @Override
        void add(Map<String, Object> row, String cursor, ObjectMapper json, StringBuilder text) {
            EventItem event = EventItem.of(row, json.getFactory());
            text.append(line(List.of(
                    event.id(),
                    event.type(),
                    event.topic(),
                    String.valueOf(event.partition()),
                    String.valueOf(event.offset()),
                    event.timestamp().toString(),
                    event.receivedAt().toString(),
                    cell(row, "publisher"),
                    cell(row, "repaired_by"),
                    cell(row, "user_id"),
                    cell(row, "username"),
                    cell(row, "ip"),
                    cell(row, "action"),
                    cell(row, "service"),
                    cell(row, "level"),
                    toJson(event.data(), json),
                    cursor)));
        }
    };

    private static final List<String> NAMES = List.of(
            "id",
            "type",
            "topic",
            "partition",
            "offset",
            "timestamp",
            "received_at",
            "publisher",
            "repaired_by",
            "user_id",
            "username",
            "ip",
            "action",
            "service",
            "level",
            "data",
            "cursor");

    /** First characters of a formula in a spreadsheet, with the full-width and the small ones of East Asian texts. */
    private static final String FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫";

    private static final String CONTROL = "\t\r\n";

    private final String contentType;

    ExportFormat(String contentType) {
        this.contentType = contentType;
    }

    /** Formats an event as one line, with the cursor after which an export continues. */
    private record Line(
            @JsonUnwrapped EventItem event,
            @JsonProperty("cursor") String cursor) {}

    /** Returns the format with this name, or null. */
    static ExportFormat of(String name) {
        return Arrays.stream(values())
                .filter(format -> format.extension().equals(name))
                .findFirst()
                .orElse(null);
    }

    String contentType() {
        return contentType;
    }

    String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the text before the first event. */
    abstract String begin();

    abstract void add(Map<String, Object> row, String cursor, ObjectMapper json, StringBuilder text);

    private static String cell(Map<String, Object> row, String column) {
        Object value = row.get(column);
        return value == null ? "" : value.toString();
    }

    private static String line(List<String> cells) {
        StringWriter line = new StringWriter();
        CsvWriter csv = CsvWriter.builder().bufferSize(0).build(line);
        csv.writeRecord(cells.stream().map(ExportFormat::harmless).toList());
        return line.toString();
    }

    /**
     * Puts an apostrophe before a cell that a spreadsheet would treat as a formula. Some programs skip blanks and
     * invisible characters at its beginning.
     */
    private static String harmless(String cell) {
        int at = 0;
        while (at < cell.length() && isSkipped(cell.charAt(at))) {
            at++;
        }
        boolean isFormula = at < cell.length() && FORMULA.indexOf(cell.charAt(at)) >= 0;
        boolean isControl = !cell.isEmpty() && CONTROL.indexOf(cell.charAt(0)) >= 0;
        return isFormula || isControl ? "'" + cell : cell;
    }

    private static boolean isSkipped(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.FORMAT;
    }

    private static String toJson(Object value, ObjectMapper json) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
