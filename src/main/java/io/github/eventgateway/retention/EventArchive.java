package io.github.eventgateway.retention;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
import java.security.NoSuchAlgorithmException;
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
 * Writes removed events into a folder: a line of JSON for each row, with all its columns, compressed by gzip. A file has its name once it is
 * whole and on the disk. One thread at a time.
 */
final class EventArchive {

    static final String EXTENSION = ".ndjson.gz";

    private static final String PART = ".part";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rows that the driver holds at a time. */
    private static final int ROWS = 1000;

    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final JsonFactory json = new JsonFactory();

    /** @param folder where the files are; it is made when the first one is written */
    EventArchive(Path folder) {
        this.folder = folder;
    }

    /**
     * A file that was written.
     *
     * @param rows how many events it holds
     * @param sha256 the digest of the file's bytes, in hexadecimal digits
     */
    record Written(Path file, long rows, String sha256) {

        /** What the audit trail says of it. */
        Map<String, Object> detail() {
            return Map.of("archived", true, "file", file.toString(), "rows", rows, "sha256", sha256);
        }
    }

    /** @throws IOException when no file can be written in the folder */
    void require() throws IOException {
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) {
            throw new IOException("the folder " + folder + " is not writable");
        }
    }

    /**
     * Writes the rows of a query. Its times are {@code timestamptz} in PostgreSQL and text in SQLite; {@code stored_at} is a time of PostgreSQL or
     * seconds since 1970.
     *
     * @param name of the file, without its extension; where there is such a file, a number is added
     */
    Written write(String name, PreparedStatement query) throws SQLException, IOException {
        require();
        MessageDigest digest = sha256();
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
     * A file without some rows of another one.
     *
     * @param written the new file, which has no name of an archive yet
     * @param removed how many rows it lacks
     */
    record Rewritten(Written written, long removed) {}

    /** Returns the files of the folder, in the order of their names. */
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
     * Writes a new file without some of the rows. The other rows stay byte for byte.
     *
     * @return null if the file has no such row
     */
    Rewritten without(Path file, ArchiveFile.RowTest isRemoved) throws IOException {
        long removed = lines(file, isRemoved, null);
        if (removed == 0) {
            return null;
        }
        MessageDigest digest = sha256();
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

    /** Takes one line. */
    private interface LineConsumer {
        void accept(String line) throws IOException;
    }

    /** Hands over the lines that stay; returns how many others there are. */
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

    /** Replaces the old file by the new one, atomically. */
    void replace(Path file, Path by) throws IOException {
        Files.move(by, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A file that was not used is gone. */
    void discard(Path part) throws IOException {
        Files.deleteIfExists(part);
    }

    /** Deletes what a gateway that was killed left half written. Nobody may be writing. */
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

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
