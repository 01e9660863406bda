package io.github.eventgateway.erasure;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.seal.MacKey;
import io.github.eventgateway.seal.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The erased users and the times of their erasures. Older data of these users is not stored again. The database holds only keyed
 * hashes of their ids. Any thread.
 */
@Component
public class ErasedUsers {

    private static final Logger LOG = LoggerFactory.getLogger(ErasedUsers.class);
    private static final String LAST = "SELECT COALESCE(MAX(number), 0) FROM erased_user";
    private static final String ALL = "SELECT number, hash, key_id, erased_at FROM erased_user";
    private static final byte[] KEY_ID = "key id".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_ID_DIGITS = 16;

    private final Supplier<SharedSecret> secret;
    private List<Key> made;
    private volatile Known known = new Known(0, Map.of(), false);

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
     * this transaction, or waits for it and finds its rows.
     */
    public Known known(JdbcTemplate jdbc) {
        Long last = jdbc.queryForObject(LAST, Long.class);
        Known now = known;
        if (last == null || now.last != last) {
            now = read(jdbc);
            known = now;
        }
        return now;
    }

    private Known read(JdbcTemplate jdbc) {
        Map<String, Map<String, Instant>> times = new HashMap<>();
        long[] last = {0};
        jdbc.query(ALL, rows -> {
            last[0] = Math.max(last[0], rows.getLong("number"));
            times.computeIfAbsent(rows.getString("key_id"), key -> new HashMap<>())
                    .merge(
                            rows.getString("hash"),
                            ColumnTime.of(rows.getObject("erased_at")),
                            (one, other) -> one.isAfter(other) ? one : other);
        });
        Map<Key, Map<String, Instant>> ofKeys = new LinkedHashMap<>();
        for (Key key : times.isEmpty() ? List.<Key>of() : keys()) {
            if (times.containsKey(key.id())) {
                ofKeys.put(key, times.remove(key.id()));
            }
        }
        if (!times.isEmpty()) {
            LOG.warn(
                    "Users were erased under another AUDIT_SECRET, so the gateway cannot recognise them and may store their"
                            + " older events again. Add that secret to AUDIT_SECRET_ALSO");
        }
        return new Known(last[0], ofKeys, !times.isEmpty());
    }

    /** The users that were erased until some time. Immutable. */
    public final class Known {

        private final long last;
        private final Map<Key, Map<String, Instant>> times;
        private final boolean hasOtherKeys;

        /** The time of the last erasure. Younger data is never erased, so no hash is needed for it. */
        private final Instant latest;

        private Known(long last, Map<Key, Map<String, Instant>> times, boolean hasOtherKeys) {
            this.last = last;
            this.times = times;
            this.hasOtherKeys = hasOtherKeys;
            this.latest = times.values().stream()
                    .flatMap(each -> each.values().stream())
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.MIN);
        }

        public boolean isEmpty() {
            return times.isEmpty();
        }

        /**
         * Returns whether some erased users cannot be recognised, because the secret of their erasure is neither in
         * {@code AUDIT_SECRET} nor in {@code AUDIT_SECRET_ALSO}.
         */
        public boolean hasOtherKeys() {
            return hasOtherKeys;
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
