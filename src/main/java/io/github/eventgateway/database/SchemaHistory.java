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
 * Where the database keeps which migrations it has seen: in a table of the gateway's own, since other programs may have
 * Flyway's usual one in the same schema. An earlier version of the gateway used that one; its record is left as it is, for
 * instances that still run, and the new one begins where it ended.
 */
final class SchemaHistory {

    static final String TABLE = "event_gateway_schema_history";

    private static final String USUAL_TABLE = "flyway_schema_history";
    private static final String BEFORE_ALL = "0";

    private final DataSource dataSource;
    private final FluentConfiguration configuration;

    /** @param location the folder of the migrations */
    SchemaHistory(DataSource dataSource, String location) {
        this.dataSource = dataSource;
        this.configuration = Flyway.configure()
                .dataSource(dataSource)
                .locations(location)
                .table(TABLE)
                // the schema may hold tables of other programs
                .baselineOnMigrate(true)
                .baselineVersion(BEFORE_ALL);
    }

    /** @throws StartupException if the database cannot hold what events hold */
    void migrate() throws SQLException {
        Earlier earlier = look();
        if (earlier.isOf(configuration)) {
            configuration.baselineVersion(earlier.version());
            // an account that may make no table goes on with the one that is there
            configuration.table(earlier.mayCreate() ? TABLE : USUAL_TABLE);
        }
        configuration.load().migrate();
    }

    /**
     * What an earlier version of the gateway, or another program, has left in Flyway's usual table.
     *
     * @param scripts the migrations that are done; empty if the gateway has its own table
     * @param version the last one's
     * @param mayCreate whether this account may make tables
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
            // another program's, which this account may not even read
            return new Earlier(Set.of(), null, mayCreate);
        }
    }

    private static boolean has(Connection connection, String table) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, connection.getSchema(), table, null)) {
            return tables.next();
        }
    }

    private static boolean mayCreate(Connection connection) throws SQLException {
        return "t".equals(text(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')"));
    }

    private static void requireUtf8(Connection connection) throws SQLException {
        String encoding = text(connection, "SHOW server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new StartupException(
                    "The database of DATABASE_URL has the encoding " + encoding
                            + ", which cannot hold every event: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
