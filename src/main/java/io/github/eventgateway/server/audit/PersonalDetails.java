package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Erases personal details of the audit trail. The chain contains only keyed commitments of them, so it remains
 * verifiable. Records of versions before 1.0 have the details in the chain, where they cannot be erased. Immutable; any
 * thread.
 */
@Component
public final class PersonalDetails {

    /** The number of records in one step, so that a step takes less than a second. */
    private static final int STEP = 20_000;

    /** Maximum number of rows that are in memory. */
    private static final int FETCHED = 200;

    private static final String FIRST = "SELECT MIN(sequence) FROM audit_record WHERE sequence > ?";
    private static final String LAST = "SELECT MAX(sequence) FROM audit_record";
    private static final String DETAILS =
            "SELECT sequence, details FROM audit_personal WHERE sequence >= ? AND sequence < ?";
    private static final String OF_EARLIER_VERSIONS =
            "SELECT target FROM audit_record WHERE sequence >= ? AND sequence < ? AND key_id IS NULL";
    private static final String ERASE = "DELETE FROM audit_personal WHERE sequence = ?";

    /** The length from which the beginning of an id at the end of a text counts as the id. */
    private static final int CUT_ID = 32;

    /** A part of an IP address is not a user id. */
    private static final String ADDRESS = "ip";

    /** A value of this length does not begin by chance where letters and digits meet. */
    private static final int LONG = 8;

    private final ObjectMapper json;

    PersonalDetails(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The result of a step.
     *
     * @param erased the number of erased values
     * @param unerasable the number of records of earlier versions with one of the values in the chain, where it cannot
     *     be erased
     * @param last the number of the last examined record; the next step begins after it
     * @param isLast whether there are no more records
     */
    public record ErasedDetails(long erased, long unerasable, long last, boolean isLast) {}

    /**
     * Erases the personal details of some records. If a value of a record contains one of these values as a word, all
     * values of the record are erased. Upper and lower case are equal.
     *
     * @param connection a connection of an account that may delete from {@code audit_personal}; this method does not
     *     commit
     * @param values ids, or hashes of ids, of one user
     * @param after the number of the last record to skip; 0 begins at the first
     */
    public ErasedDetails erase(Connection connection, Collection<String> values, long after) throws SQLException {
        Long first = number(connection, FIRST, after);
        if (first == null) {
            return new ErasedDetails(0, 0, after, true);
        }
        long end = first + STEP;
        long erased = eraseBetween(connection, values, first, end);
        long unerasable = countBetween(connection, values, first, end);
        return new ErasedDetails(erased, unerasable, end - 1, number(connection, LAST) < end);
    }

    private long eraseBetween(Connection connection, Collection<String> values, long first, long end)
            throws SQLException {
        long erased = 0;
        try (PreparedStatement select = between(connection, DETAILS, first, end);
                ResultSet rows = select.executeQuery();
                PreparedStatement erase = connection.prepareStatement(ERASE)) {
            int found = 0;
            while (rows.next()) {
                JsonNode details = tree(rows.getString(2));
                if (holdsAny(details, values)) {
                    erased += details.size();
                    found++;
                    erase.setLong(1, rows.getLong(1));
                    erase.addBatch();
                }
            }
            if (found > 0) {
                erase.executeBatch();
            }
        }
        return erased;
    }

    private long countBetween(Connection connection, Collection<String> values, long first, long end)
            throws SQLException {
        long unerasable = 0;
        try (PreparedStatement select = between(connection, OF_EARLIER_VERSIONS, first, end);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (holdsAny(personal(rows.getString(1)), values)) {
                    unerasable++;
                }
            }
        }
        return unerasable;
    }

    private static PreparedStatement between(Connection connection, String query, long first, long end)
            throws SQLException {
        PreparedStatement select = connection.prepareStatement(query);
        select.setFetchSize(FETCHED);
        select.setLong(1, first);
        select.setLong(2, end);
        return select;
    }

    private static Long number(Connection connection, String query, long... parameters) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setLong(i + 1, parameters[i]);
            }
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                long number = rows.getLong(1);
                return rows.wasNull() ? null : number;
            }
        }
    }

    /** If somebody replaced the details with other text, the whole text is searched. */
    private ObjectNode tree(String text) {
        try {
            JsonNode tree = json.readTree(text);
            return tree instanceof ObjectNode object
                    ? object
                    : json.createObjectNode().put("", text);
        } catch (JsonProcessingException e) {
            return json.createObjectNode().put("", text);
        }
    }

    /** A record of an earlier version has the details among the other values. */
    private JsonNode personal(String target) {
        ObjectNode tree = tree(target);
        tree.properties().removeIf(value -> !BoundedJson.isPersonal(value.getKey()));
        return tree;
    }

    private static boolean holdsAny(JsonNode details, Collection<String> values) {
        for (Map.Entry<String, JsonNode> detail : details.properties()) {
            String text = detail.getValue().asText();
            boolean whole = detail.getKey().equals(ADDRESS) || detail.getKey().endsWith("." + ADDRESS);
            for (String value : values) {
                if (whole ? text.equalsIgnoreCase(value) : holdsWord(text, value)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holdsWord(String text, String word) {
        if (word.isEmpty()) {
            return false;
        }
        if (endsWithBeginning(text, word)) {
            return true;
        }
        for (int at = 0; at + word.length() <= text.length(); at++) {
            if (text.regionMatches(true, at, word, 0, word.length())
                    && !isJoined(text, at - 1, at, word)
                    && !isJoined(text, at + word.length(), at + word.length() - 1, word)) {
                return true;
            }
        }
        return false;
    }

    /** A long value was cut when it was recorded, so only the beginning of an id may be at its end. */
    private static boolean endsWithBeginning(String text, String word) {
        for (int at = 0; at + CUT_ID <= text.length(); at++) {
            int length = text.length() - at;
            if (length < word.length()
                    && text.regionMatches(true, at, word, 0, length)
                    && !isJoined(text, at - 1, at, word)) {
                return true;
            }
        }
        return false;
    }

    /** Chinese has no blanks between words, so only Latin letters and digits continue one. */
    private static boolean isJoined(String text, int outside, int inside, String word) {
        if (outside < 0 || outside >= text.length() || !isWord(text.charAt(outside))) {
            return false;
        }
        boolean isSameKind =
                isWord(text.charAt(inside)) && isDigit(text.charAt(outside)) == isDigit(text.charAt(inside));
        return isSameKind || word.length() < LONG;
    }

    private static boolean isWord(char one) {
        return isDigit(one) || one >= 'a' && one <= 'z' || one >= 'A' && one <= 'Z';
    }

    private static boolean isDigit(char one) {
        return one >= '0' && one <= '9';
    }
}
