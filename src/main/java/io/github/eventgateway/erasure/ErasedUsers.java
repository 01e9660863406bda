package io.github.eventgateway.erasure;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.seal.MacKey;
import io.github.eventgateway.seal.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * The erased users and the times of their erasures. Older data of these users is not stored again. The database holds only keyed
 * hashes of their ids. Any thread.
 */
@Component
public class ErasedUsers {

    private static final Logger LOG = LoggerFactory.getLogger(ErasedUsers.class);

    /** The rows of one statement. More would take much memory at once. */
    private static final int PAGE_ROWS = 1000;

    private static final String LAST = "SELECT number, erasure_id FROM erased_user ORDER BY number DESC LIMIT 1";
    private static final String PAGE =
            "SELECT number, erasure_id, hash, key_id, erased_at FROM erased_user WHERE number >= ? ORDER BY number LIMIT "
                    + PAGE_ROWS;
    private static final RowMapper<Place> PLACE =
            (rows, at) -> new Place(rows.getLong("number"), rows.getString("erasure_id"));
    private static final RowMapper<Row> ROW = (rows, at) -> new Row(
            PLACE.mapRow(rows, at),
            rows.getString("hash"),
            rows.getString("key_id"),
            ColumnTime.of(rows.getObject("erased_at")));
    private static final byte[] KEY_ID = "key id".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_ID_DIGITS = 16;

    private final Supplier<SharedSecret> secret;
    private List<Key> made;
    private volatile Known known = new Known();

    /** A key and its id. */
    private record Key(String id, MacKey mac) {

        static Key of(MacKey mac) {
            // A user id is one field, so this value of two fields is not the hash of a user.
            return new Key(hex(mac.of(KEY_ID, KEY_ID)).substring(0, KEY_ID_DIGITS), mac);
        }

        String hash(String user) {
            return hex(mac.of(user.getBytes(StandardCharsets.UTF_8)));
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
    }

    @Autowired
    ErasedUsers(SharedSecret secret) {
        this(() -> secret);
    }

    /** @param secret returns the secret of the gateways of the database; called at the first erasure */
    public ErasedUsers(Supplier<SharedSecret> secret) {
        this.secret = secret;
    }

    /** Returns the key of {@code AUDIT_SECRET}, and the keys of the secrets that are also accepted. */
    private synchronized List<Key> keys() {
        if (made == null) {
            made = secret.get().keys("erasure").stream().map(Key::of).toList();
        }
        return made;
    }

    /** Returns the keyed hash of a user id in hexadecimal. */
    String hash(String user) {
        return keys().get(0).hash(user);
    }

    /** Returns the id of the key of {@link #hash}. */
    String keyId() {
        return keys().get(0).id();
    }

    /**
     * Returns the users that were erased until now. Call it in the storing transaction. An erasure either is known in
     * this transaction, or waits for it and finds its rows. It reads only the rows that it does not know yet.
     */
    public Known known(JdbcTemplate jdbc) {
        Known now = known;
        List<Place> last = jdbc.query(LAST, PLACE);
        if ((last.isEmpty() ? Place.NONE : last.get(0)).equals(now.last)) {
            return now;
        }
        Known next = read(jdbc, now);
        known = next;
        return next;
    }

    /** Reads again the last known row. If it is not there, the database is another one, such as a restored one. */
    private Known read(JdbcTemplate jdbc, Known from) {
        Known so = from;
        List<Row> page;
        do {
            page = jdbc.query(PAGE, ROW, so.last.number());
            if (so.last != Place.NONE && (page.isEmpty() || !page.get(0).place().equals(so.last))) {
                so = new Known();
                page = jdbc.query(PAGE, ROW, so.last.number());
            }
            so = page.isEmpty() ? so : so.with(page);
        } while (page.size() == PAGE_ROWS);
        return so;
    }

    private Key key(String id) {
        return keys().stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
    }

    /** Warns once for each key. */
    private static void warn(Set<String> otherKeys, String key) {
        if (otherKeys.add(key)) {
            LOG.warn(
                    "Users were erased under another AUDIT_SECRET, so the gateway cannot recognise them and may store their"
                            + " older events again. Add that secret to AUDIT_SECRET_ALSO");
        }
    }

    /** A row, by its number and its erasure. */
    private record Place(long number, String erasure) {

        static final Place NONE = new Place(0, "");
    }

    private record Row(Place place, String hash, String keyId, Instant erasedAt) {}

    /**
     * The users that were erased until some time. It shares its map with later ones, so it may also recognise users that
     * were erased since.
     */
    public final class Known {

        private final Place last;
        private final Map<Key, Map<String, Instant>> times;
        private final Set<String> otherKeys;

        /** The time of the last erasure. Younger data is never erased, so no hash is needed for it. */
        private final Instant latest;

        private Known() {
            this(Place.NONE, new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet(), Instant.MIN);
        }

        private Known(Place last, Map<Key, Map<String, Instant>> times, Set<String> otherKeys, Instant latest) {
            this.last = last;
            this.times = times;
            this.otherKeys = otherKeys;
            this.latest = latest;
        }

        /** Adds these rows to the shared map. Several threads may add the same ones. */
        private Known with(List<Row> rows) {
            Instant newest = latest;
            for (Row row : rows) {
                Key key = key(row.keyId());
                if (key == null) {
                    warn(otherKeys, row.keyId());
                } else {
                    times.computeIfAbsent(key, one -> new ConcurrentHashMap<>())
                            .merge(row.hash(), row.erasedAt(), (one, other) -> one.isAfter(other) ? one : other);
                    newest = newest.isAfter(row.erasedAt()) ? newest : row.erasedAt();
                }
            }
            return new Known(rows.get(rows.size() - 1).place(), times, otherKeys, newest);
        }

        /** Returns whether no user was erased. */
        public boolean isEmpty() {
            return times.isEmpty();
        }

        /**
         * Returns whether some erased users cannot be recognised, because the secret of their erasure is neither in
         * {@code AUDIT_SECRET} nor in {@code AUDIT_SECRET_ALSO}.
         */
        public boolean hasOtherKeys() {
            return !otherKeys.isEmpty();
        }

        /**
         * Returns whether one of these users was erased at this time or later.
         *
         * @param at when the gateway or Kafka accepted the data
         */
        public boolean isErased(Collection<String> users, Instant at) {
            return !at.isAfter(latest) && users.stream().anyMatch(user -> isErased(user, at));
        }

        /** Returns the same for one user. */
        public boolean isErased(String user, Instant at) {
            for (Map.Entry<Key, Map<String, Instant>> key : times.entrySet()) {
                Instant erased = key.getValue().get(key.getKey().hash(user));
                if (erased != null && !at.isAfter(erased)) {
                    return true;
                }
            }
            return false;
        }
    }
}
