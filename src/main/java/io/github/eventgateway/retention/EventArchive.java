package io.github.eventgateway.retention;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.eventgateway.api.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes removed events to a folder: one line of JSON for each row, with all columns, compressed by gzip. A file gets
 * its name when it is complete and synchronised to the disk. One thread at a time.
 */
final class EventArchive {

    static final String EXTENSION = ".ndjson.gz";

    /** Numbers stay exact: a rounded user id is not found, and 1e400 is not a double. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final String PART = ".part";

    /** The number of rows in the memory of the driver. */
    private static final int ROWS = 1000;

    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final JsonFactory json = new JsonFactory();

    /** @param folder the folder of the files; created with the first one */
    EventArchive(Path folder) {
        this.folder = folder;
    }

    /**
     * A written file.
     *
     * @param rows the number of its events
     * @param sha256 the SHA-256 of the file in hexadecimal
     */
    record Written(Path file, long rows, String sha256) {

        /** Returns the detail for the audit trail. */
        Map<String, Object> detail() {
            return Map.of("archived", true, "file", file.toString(), "rows", rows, "sha256", sha256);
        }
    }

    /** @throws IOException if the folder is not writable */
    void requireWritable() throws IOException {
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) {
            throw new IOException("the folder " + folder + " is not writable");
        }
    }

    /**
     * Writes the rows of a query. Before that it deletes the incomplete files of a killed gateway. The times of the query
     * are {@code timestamptz} in PostgreSQL and text in SQLite; {@code stored_at} is a time in PostgreSQL, and seconds
     * since 1970 in SQLite.
     *
     * @param name the name of the file without its extension; a number is added if the file exists
     */
    Written write(String name, PreparedStatement query) throws SQLException, IOException {
        requireWritable();
        removeParts();
        MessageDigest digest = Sha256.digest();
        Path part = Files.createTempFile(folder, name + "-", PART);
        try {
            long rows;
            try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                OutputStream out = new DigestOutputStream(Channels.newOutputStream(file), digest);
                GZIPOutputStream compressed = new GZIPOutputStream(out, BUFFER);
                rows = write(query, compressed);
                compressed.finish();
                file.force(true);
            }
            Path whole = free(name);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            return new Written(whole, rows, HexFormat.of().formatHex(digest.digest()));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * A copy of a file without some of its rows.
     *
     * @param written the new file, which does not have the name of an archive yet
     * @param removed the number of missing rows
     */
    record Rewritten(Written written, long removed) {}

    /** Returns the files of the folder by name. */
    List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().endsWith(EXTENSION))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Writes a copy without some of the rows. The other rows remain byte for byte.
     *
     * @return null if there is no such row
     */
    Rewritten without(Path file, ArchiveFile.RowTest isRemoved) throws IOException {
        long removed = lines(file, isRemoved, null);
        if (removed == 0) {
            return null;
        }
        MessageDigest digest = Sha256.digest();
        Path part = Files.createTempFile(folder, file.getFileName() + "-", PART);
        boolean isWhole = false;
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            GZIPOutputStream out =
                    new GZIPOutputStream(new DigestOutputStream(Channels.newOutputStream(channel), digest), BUFFER);
            long[] rows = {0};
            lines(file, isRemoved, line -> {
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.write('\n');
                rows[0]++;
            });
            out.finish();
            channel.force(true);
            isWhole = true;
            return new Rewritten(new Written(part, rows[0], HexFormat.of().formatHex(digest.digest())), removed);
        } finally {
            if (!isWhole) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** Receives one line. */
    private interface LineConsumer {
        void accept(String line) throws IOException;
    }

    /** Passes the remaining lines; returns the number of the others. */
    private static long lines(Path file, ArchiveFile.RowTest isRemoved, LineConsumer kept) throws IOException {
        long removed = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), BUFFER), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isRemoved.test(JSON.readTree(line))) {
                    removed++;
                } else if (kept != null) {
                    kept.accept(line);
                }
            }
        }
        return removed;
    }

    /** Replaces the old file atomically. */
    void replace(Path file, Path by) throws IOException {
        Files.move(by, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a new file that is not needed. */
    void discard(Path part) throws IOException {
        Files.deleteIfExists(part);
    }

    /** Deletes incomplete files of a killed gateway. Only valid while nobody writes. */
    void removeParts() throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + PART)) {
                for (Path part : parts) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private Path free(String name) {
        Path free = folder.resolve(name + EXTENSION);
        for (int number = 2; Files.exists(free); number++) {
            free = folder.resolve(name + "-" + number + EXTENSION);
        }
        return free;
    }

    private long write(PreparedStatement query, OutputStream out) throws SQLException, IOException {
        query.setFetchSize(ROWS);
        long count = 0;
        try (ResultSet rows = query.executeQuery();
                JsonGenerator line = json.createGenerator(out)) {
            line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            line.setRootValueSeparator(null);
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                line.writeStartObject();
                for (int at = 1; at <= columns.getColumnCount(); at++) {
                    write(line, columns.getColumnLabel(at), value(rows, columns, at));
                }
                line.writeEndObject();
                line.writeRaw('\n');
                count++;
            }
        }
        return count;
    }

    private static Object value(ResultSet rows, ResultSetMetaData columns, int at) throws SQLException {
        if (columns.getColumnTypeName(at).equals("timestamptz")) {
            OffsetDateTime time = rows.getObject(at, OffsetDateTime.class);
            return time == null ? null : time.toInstant().toString();
        }
        Object value = rows.getObject(at);
        return value instanceof Number seconds && columns.getColumnLabel(at).equals("stored_at")
                ? Instant.ofEpochSecond(seconds.longValue()).toString()
                : value;
    }

    private static void write(JsonGenerator line, String name, Object value) throws IOException {
        if (value instanceof Number number) {
            line.writeNumberField(name, number.longValue());
        } else if (value != null) {
            line.writeStringField(name, value.toString());
        }
    }
}
