package io.github.eventgateway.testing;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** Searches all text and byte columns of all tables of a database. */
public final class EveryTable {

    private static final Set<String> KINDS = Set.of("text", "varchar", "bytea", "blob", "json", "jsonb", "bpchar");

    private EveryTable() {}

    /** Returns the columns that contain this text, as {@code table.column}. */
    public static List<String> with(JdbcTemplate database, String text) {
        boolean isPostgresql = Boolean.TRUE.equals(database.execute((ConnectionCallback<Boolean>)
                connection -> connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")));
        List<String> found = new ArrayList<>();
        for (String[] column : columns(database)) {
            String count = isPostgresql ? postgresql(column) : sqlite(column);
            Integer rows = database.queryForObject(
                    count, Integer.class, isPostgresql && column[2].equals("bytea") ? bytes(text) : text);
            if (rows != null && rows > 0) {
                found.add(column[0] + "." + column[1]);
            }
        }
        return found;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String postgresql(String[] column) {
        return column[2].equals("bytea")
                ? "SELECT count(*) FROM \"%s\" WHERE position(? IN \"%s\") > 0".formatted(column[0], column[1])
                : "SELECT count(*) FROM \"%s\" WHERE strpos(\"%s\"::text, ?) > 0".formatted(column[0], column[1]);
    }

    private static String sqlite(String[] column) {
        return "SELECT count(*) FROM \"%s\" WHERE instr(CAST(\"%s\" AS BLOB), CAST(? AS BLOB)) > 0"
                .formatted(column[0], column[1]);
    }

    /** Returns table name, column name and column type. */
    private static List<String[]> columns(JdbcTemplate database) {
        return database.execute((ConnectionCallback<List<String[]>>) connection -> {
            List<String[]> columns = new ArrayList<>();
            try (ResultSet tables =
                    connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "PARTITIONED TABLE"})) {
                while (tables.next()) {
                    String table = tables.getString("TABLE_NAME");
                    try (ResultSet found = connection.getMetaData().getColumns(null, null, table, "%")) {
                        while (found.next()) {
                            String type = found.getString("TYPE_NAME").toLowerCase(java.util.Locale.ROOT);
                            if (KINDS.contains(type)) {
                                columns.add(new String[] {table, found.getString("COLUMN_NAME"), type});
                            }
                        }
                    }
                }
            }
            return columns;
        });
    }
}
