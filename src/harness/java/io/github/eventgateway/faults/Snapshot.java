package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.faults.Verdict.Breach;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers and data of a gateway before its upgrade, for a comparison with the next build.
 *
 * @param marks positions in lists
 * @param anchor the end of the audit trail
 * @param migrations the history of migrations in the database
 */
record Snapshot(List<Mark> marks, String anchor, List<String> migrations) {

    /** Lists that do not change meanwhile, or only at their beginning. */
    private static final List<String> LISTS = List.of(
            "/api/events?user_id=" + EmbeddedUpgrade.USER + "&limit=3",
            "/api/dead-letters?limit=3",
            "/api/audit?limit=3");

    /**
     * A cursor and the page after it.
     *
     * @param next the items of this page in order
     */
    record Mark(String list, String cursor, List<JsonNode> next) {}

    static Snapshot of(Operator operator, Site site) throws SQLException {
        List<Mark> marks = new ArrayList<>();
        for (String list : LISTS) {
            String cursor = operator.get(list).good().path("next_cursor").asText();
            List<JsonNode> next = new ArrayList<>();
            operator.get(list + "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                    .good()
                    .path("items")
                    .forEach(next::add);
            if (next.isEmpty()) {
                throw new IllegalStateException(list + " has no second page");
            }
            marks.add(new Mark(list, cursor, next));
        }
        return new Snapshot(marks, anchor(operator.get("/api/audit/verify").good()), migrations(site));
    }

    /** Reports missing data. Dead letters may have been replayed in between. */
    void compare(Operator operator, Site site, Verdict verdict) throws SQLException {
        for (Mark mark : marks) {
            try {
                compare(mark, operator.from(mark.list(), mark.cursor()), verdict);
            } catch (IllegalStateException e) {
                verdict.breach(Breach.FORGOTTEN, "the cursor of " + mark.list() + ": " + e.getMessage());
            }
        }
        verify(operator, anchor, verdict);
        List<String> now = migrations(site);
        if (now.size() < migrations.size() || !now.subList(0, migrations.size()).equals(migrations)) {
            verdict.breach(Breach.FORGOTTEN, "the migrations " + migrations + " are now " + now);
        }
    }

    /** Verifies the audit trail with an anchor. */
    static void verify(Operator operator, String anchor, Verdict verdict) {
        Operator.Answer answer = operator.get("/api/audit/verify?anchor=" + anchor);
        if (answer.status() != 200
                || !answer.data().path("valid").asBoolean()
                || !answer.data().path("complete").asBoolean()) {
            verdict.breach(Breach.FORGOTTEN, "the audit trail, by the anchor " + anchor + ": " + answer);
        }
    }

    private static void compare(Mark mark, List<JsonNode> found, Verdict verdict) {
        int at = 0;
        for (JsonNode wanted : mark.next()) {
            while (at < found.size() && !name(found.get(at)).equals(name(wanted))) {
                at++;
            }
            if (at == found.size()) {
                verdict.breach(Breach.FORGOTTEN, name(wanted) + " behind the cursor of " + mark.list());
                return;
            }
        }
    }

    private static String name(JsonNode item) {
        return item.path(item.has("id") ? "id" : "sequence").asText();
    }

    private static String anchor(JsonNode verified) {
        if (!verified.path("valid").asBoolean()) {
            throw new IllegalStateException("The audit trail is broken before the upgrade: " + verified);
        }
        return verified.path("last_sequence").asText() + "."
                + verified.path("last_mac").asText();
    }

    private static List<String> migrations(Site site) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = site.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version, checksum, success, installed_on"
                        + " FROM flyway_schema_history ORDER BY installed_rank")) {
            while (row.next()) {
                rows.add(row.getString(1) + "/" + row.getString(2) + "/" + row.getString(3) + "/" + row.getString(4));
            }
        }
        return rows;
    }
}
