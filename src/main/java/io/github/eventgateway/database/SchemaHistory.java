package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The table in which the database records applied migrations. It is not Flyway's usual table, because other programs
 * may have one in the same schema. An earlier version of the gateway used the usual table. Its entries stay unchanged
 * for instances that still run, and the new table continues after them.
 */
final class SchemaHistory {

    static final String TABLE = "event_gateway_schema_history";

    private static final String USUAL_TABLE = "flyway_schema_history";
    private static final String BEFORE_ALL = "0";

    private final DataSource dataSource;
    private final FluentConfiguration configuration;

    /**
     * @param location the folder of the migrations
     */
    SchemaHistory(DataSource dataSource, String location) {
        this.dataSource = dataSource;
        this.configuration = Flyway.configure()
                .dataSource(dataSource)
                .locations(location)
                .table(TABLE)
                // The schema may contain tables of other programs.
                .baselineOnMigrate(true)
                .baselineVersion(BEFORE_ALL);
    }

    /**
     * @throws StartupException if the database cannot store the content of events
     */
    void migrate() throws SQLException {
        Earlier earlier = look();
        if (earlier.isOf(configuration)) {
            configuration.baselineVersion(earlier.version());
            // An account that may not create tables uses the existing one.
            configuration.table(earlier.mayCreate() ? TABLE : USUAL_TABLE);
        }
        configuration.load().migrate();
    }

    /**
     * The content of Flyway's usual table, left by an earlier version of the gateway or by another program.
     *
     * @param scripts the applied migrations; empty if the gateway has its own table
     * @param version the version of the last one
     * @param mayCreate whether this account may create tables
     */
    private record Earlier(Set<String> scripts, String version, boolean mayCreate) {

        boolean isOf(FluentConfiguration configuration) {
            return !scripts.isEmpty()
                    && Arrays.stream(configuration.load().info().all())
                            .map(MigrationInfo::getScript)
                            .collect(Collectors.toSet())
                            .containsAll(scripts);
        }
    }

    private Earlier look() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean isPostgresql =
                    connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            if (isPostgresql) {
                requireUtf8(connection);
            }
            if (has(connection, TABLE) || !has(connection, USUAL_TABLE)) {
                return new Earlier(Set.of(), null, true);
            }
            return earlier(connection, !isPostgresql || mayCreate(connection));
        }
    }

    private static Earlier earlier(Connection connection, boolean mayCreate) {
        Set<String> scripts = new HashSet<>();
        String version = null;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version, script FROM " + USUAL_TABLE
                        + " WHERE version IS NOT NULL ORDER BY installed_rank")) {
            while (rows.next()) {
                scripts.add(rows.getString("script"));
                version = rows.getString("version");
            }
            return new Earlier(scripts, version, mayCreate);
        } catch (SQLException e) {
            // A table of another program, which this account may not even be allowed to read.
            return new Earlier(Set.of(), null, mayCreate);
        }
    }

    private static boolean has(Connection connection, String table) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, connection.getSchema(), table, null)) {
            return tables.next();
        }
    }

    private static boolean mayCreate(Connection connection) throws SQLException {
        return Sql.isTrue(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')");
    }

    private static void requireUtf8(Connection connection) throws SQLException {
        String encoding = Sql.text(connection, "SHOW server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new StartupException("The database of DATABASE_URL has the encoding " + encoding
                    + ", which cannot store every event: create a database with CREATE DATABASE "
                    + "… ENCODING 'UTF8' TEMPLATE template0");
        }
    }
}
