package io.github.eventgateway.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Opens embedded databases for tests in other packages. */
public final class SqliteFile {

    private SqliteFile() {}

    /** Opens separate connections to the file, as the gateway does without a pool. */
    public static DataSource at(Path file) {
        return new SqliteDataSource(file);
    }

    /** Makes the file an empty database with the tables of this version, and opens connections to it. */
    public static DataSource madeAt(Path file) {
        try {
            Files.write(file, Migrated.FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at(file);
    }

    /** A database that is migrated only once, because the migrations take longer than most tests. */
    private static final class Migrated {

        static final byte[] FILE = file();

        private static byte[] file() {
            try {
                Path folder = Files.createTempDirectory("sqlite");
                Path file = folder.resolve("events.db");
                Flyway.configure()
                        .dataSource(at(file))
                        .locations("classpath:db/migration/sqlite")
                        .load()
                        .migrate();
                byte[] bytes = Files.readAllBytes(file);
                try (var files = Files.list(folder)) {
                    for (Path each : files.toList()) {
                        Files.delete(each);
                    }
                }
                Files.delete(folder);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
