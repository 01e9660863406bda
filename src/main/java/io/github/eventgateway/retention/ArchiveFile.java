package io.github.eventgateway.retention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.github.eventgateway.api.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/** Reads a file that {@link EventArchive} wrote, row by row. Any thread. */
record ArchiveFile(Path path) {

    private static final int BUFFER = 1 << 16;

    /** Receives one row. */
    interface RowConsumer {
        void accept(JsonNode row) throws SQLException, IOException;
    }

    /** A condition on one row. */
    interface RowTest {
        boolean test(JsonNode row) throws IOException;
    }

    /**
     * The content of a file.
     *
     * @param rows the number of events
     * @param first when the first one was stored; null without events
     * @param last when the last one was stored; null without events
     */
    record Content(long rows, Instant first, Instant last) {}

    /** Returns the SHA-256 of the file in hexadecimal. */
    String sha256() throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    Content content() throws IOException, SQLException {
        long[] rows = {0};
        Instant[] times = new Instant[2];
        forEach(row -> {
            Instant stored = Instant.parse(row.path("stored_at").asText());
            times[0] = times[0] == null || stored.isBefore(times[0]) ? stored : times[0];
            times[1] = times[1] == null || stored.isAfter(times[1]) ? stored : times[1];
            rows[0]++;
        });
        return new Content(rows[0], times[0], times[1]);
    }

    /** Returns the data of the event in this row, or an empty object. */
    static JsonNode data(JsonNode row) throws IOException {
        return EventArchive.JSON.readTree(row.path("payload").asText("{}")).path("data");
    }

    /** Passes the rows one by one, with only one in memory. */
    void forEach(RowConsumer consumer) throws IOException, SQLException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(path)), BUFFER);
                MappingIterator<JsonNode> rows =
                        EventArchive.JSON.readerFor(JsonNode.class).readValues(in)) {
            while (rows.hasNextValue()) {
                consumer.accept(rows.nextValue());
            }
        }
    }
}
