package io.github.eventgateway.database;

import java.nio.file.Path;
import javax.sql.DataSource;

/** The embedded database for tests in other packages. */
public final class SqliteFile {

    private SqliteFile() {}

    /** Opens the connections that the gateway would open; each is its own, as there is no pool. */
    public static DataSource at(Path file) {
        return new SqliteDataSource(file);
    }
}
