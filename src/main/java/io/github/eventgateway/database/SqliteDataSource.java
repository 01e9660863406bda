package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * Opens connections to the embedded database, an SQLite file that only its owner can read. A commit is on the disk when
 * it returns. Readers and the writer do not wait for each other. Any thread.
 */
final class SqliteDataSource extends AbstractDataSource {

    /**
     * How long a writer waits: first for writers of this process, then for those of another, such as the sqlite3 shell.
     */
    private static final int LOCK_TIMEOUT_MILLIS = 10_000;

    /** The write-ahead log is cut to this size after a checkpoint. */
    private static final int LONGEST_WAL = 64 << 20;

    private static final int CACHE_KIB = 8192;

    /** The first bytes of every database, https://www.sqlite.org/fileformat.html#magic_header_string. */
    private static final byte[] HEADER = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private final Semaphore writer = new Semaphore(1, true);
    private final String file;
    private final Properties options;
    private volatile int loginSeconds;

    /**
     * @throws StartupException if the file cannot be created
     */
    SqliteDataSource(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        create(absolute);
        this.file = absolute.toString();
        SQLiteConfig config = new SQLiteConfig();
        // A file that is removed while the gateway runs is not created again as an empty one.
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(LONGEST_WAL);
        config.setBusyTimeout(LOCK_TIMEOUT_MILLIS);
        config.setCacheSize(-CACHE_KIB);
        config.enforceForeignKeys(true);
        this.options = config.toProperties();
    }

    /** Opens connections one at a time: only one connection can switch a new file to write-ahead logging. */
    @Override
    public synchronized Connection getConnection() throws SQLException {
        try {
            return new SqliteConnection(file, options, writer, LOCK_TIMEOUT_MILLIS);
        } catch (SQLException e) {
            throw SqliteFailures.of(e);
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    /** The pool sets it. It limits how long closing the pool waits for an opening connection. */
    @Override
    public void setLoginTimeout(int seconds) {
        loginSeconds = seconds;
    }

    @Override
    public int getLoginTimeout() {
        return loginSeconds;
    }

    /** The file of an earlier run. A fault in it is permanent. */
    private static void requireDatabase(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(HEADER.length);
            if (start.length > 0 && !Arrays.equals(start, HEADER)) {
                throw new StartupException(
                        "The database file " + file + " is not an SQLite database: restore a backup, or "
                                + "move the file away to start with an empty database");
            }
            if (!Files.isWritable(file)) {
                throw new StartupException(
                        "The database file " + file + " is read-only: allow the user of the gateway to write it");
            }
        } catch (IOException e) {
            throw new StartupException(
                    "The database file " + file + " cannot be read (" + e
                            + "): allow the user of the gateway to read it",
                    e);
        }
    }

    /** SQLite gives its other files the same permissions. */
    private static void create(Path file) {
        try {
            Files.createDirectories(file.getParent(), OwnerOnly.folder());
            Files.createFile(file, OwnerOnly.file());
        } catch (FileAlreadyExistsException e) {
            requireDatabase(file);
            for (String suffix : List.of("", "-wal", "-shm")) {
                OwnerOnly.restrict(Path.of(file + suffix));
            }
        } catch (IOException e) {
            throw new StartupException(
                    "The database file " + file + " cannot be created (" + e + "): allow the user of the "
                            + "gateway to write there, or set gateway.database.embedded-file to another file",
                    e);
        }
    }
}
