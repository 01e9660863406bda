package io.github.eventgateway.erasure;

import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.seal.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Creates erasures for tests in other packages. */
public final class Erasing {

    /** The secret of the gateways in these tests. */
    public static final SharedSecret SECRET =
            new SharedSecret("a-secret-for-tests-that-is-long-enough".getBytes(StandardCharsets.UTF_8));

    private static final int MANY = 1000;

    private Erasing() {}

    /** Returns the erased users in the database. */
    public static ErasedUsers users() {
        return new ErasedUsers(SECRET);
    }

    /** Returns the fields with user ids under the default settings. */
    public static UserFields fields() {
        return new UserFields(new ErasureSettings(Map.of(), MANY));
    }

    /** Returns the same fields and further ones of one type. */
    public static UserFields fields(String type, String... more) {
        return new UserFields(new ErasureSettings(Map.of(type, List.of(more)), MANY));
    }

    /** Returns the work of one erasure of this user. */
    public static UserToErase user(String userId, UserFields fields) {
        return new UserToErase("an-erasure", Set.of(userId), fields);
    }

    /** Stores an erasure of this user that no worker carries out. */
    public static String enter(DataSource database, ErasedUsers users, String userId, Instant at) {
        boolean isPostgresql = new JdbcTemplate(database).execute((ConnectionCallback<Boolean>)
                connection -> connection.getMetaData().getDatabaseProductName().equals("PostgreSQL"));
        String id = UUID.randomUUID().toString();
        table(database, isPostgresql)
                .begin(id, new ErasureOrder(userId, "tester"), at, List.of(users.hash(userId)), users.keyId(), MANY);
        return id;
    }

    static ErasureTable table(DataSource database, boolean isPostgresql) {
        String url = isPostgresql ? "jdbc:postgresql://127.0.0.1/postgres" : "";
        DatabaseSettings settings =
                new DatabaseSettings(url, "", "", "", "", Path.of("x"), 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new ErasureTable(new JdbcTemplate(database), new JdbcTransactionManager(database), settings);
    }
}
