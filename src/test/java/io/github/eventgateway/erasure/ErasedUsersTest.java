package io.github.eventgateway.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.database.SqliteFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

/** Tests which rows are read in order to know the erased users. */
class ErasedUsersTest {

    private static final Instant TIME = Instant.now().truncatedTo(ChronoUnit.MICROS);

    @TempDir
    private Path folder;

    private final ErasedUsers users = Erasing.users();
    private final AtomicInteger read = new AtomicInteger();
    private DataSource database;
    private JdbcTemplate jdbc;

    @BeforeEach
    void open() throws SQLException {
        database = SqliteFile.madeAt(folder.resolve("events.db"));
        jdbc = new JdbcTemplate(database) {
            @Override
            public <T> List<T> query(String sql, RowMapper<T> mapper, Object... values) {
                return counted(super.query(sql, mapper, values));
            }

            @Override
            public <T> List<T> query(String sql, RowMapper<T> mapper) {
                return counted(super.query(sql, mapper));
            }
        };
    }

    private <T> List<T> counted(List<T> rows) {
        read.addAndGet(rows.size());
        return rows;
    }

    private String erase(String user) {
        return Erasing.enter(database, users, user, TIME);
    }

    /** Enters users whose erasure is that of another user, which needs few statements. */
    private void eraseWith(String erasure, int count) {
        jdbc.batchUpdate(
                "INSERT INTO erased_user (erasure_id, hash, key_id, erased_at) SELECT erasure_id, ?, key_id, erased_at"
                        + " FROM erased_user WHERE erasure_id = '" + erasure + "' LIMIT 1",
                IntStream.range(0, count)
                        .mapToObj(i -> new Object[] {users.hash("user-" + i)})
                        .toList());
    }

    private boolean isErased(String user) {
        return users.known(jdbc).isErased(user, TIME);
    }

    @Test
    void anErasureReadsItsOwnRowOnly_notThoseOfAllErasedUsers() {
        eraseWith(erase("first"), 200);
        assertThat(isErased("user-7")).isTrue();
        erase("second");
        read.set(0);

        assertThat(isErased("second")).isTrue();

        assertThat(read.get())
                .as("the last row, the last known one, and the new one")
                .isLessThanOrEqualTo(4);
        read.set(0);
        assertThat(isErased("user-7")).isTrue();
        assertThat(read.get()).isEqualTo(1);
        assertThat(users.known(jdbc).isErased("second", TIME.plusSeconds(1))).isFalse();
    }

    @Test
    void manyRowsAreReadInPages_andNoneIsMissed() {
        eraseWith(erase("first"), 2500);

        assertThat(IntStream.range(0, 2500).allMatch(i -> isErased("user-" + i)))
                .isTrue();
        assertThat(isErased("first")).isTrue();
        assertThat(isErased("user-2500")).isFalse();
    }

    /** The database is restored from a backup while the gateway runs, and gives the same numbers again. */
    @Test
    void otherRowsUnderKnownNumbers_areRead() {
        String kept = erase("kept");
        eraseWith(kept, 3);
        String gone = erase("gone");
        assertThat(isErased("gone")).isTrue();
        jdbc.update("DELETE FROM erased_user WHERE erasure_id = ?", gone);
        assertThat(isErased("kept")).isTrue();
        assertThat(isErased("gone")).isFalse();
        erase("gone");
        assertThat(isErased("gone")).isTrue();
        jdbc.update("DELETE FROM erased_user WHERE number >= 3");
        jdbc.update("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'erased_user'");
        erase("a");
        erase("b");
        erase("c");
        erase("d");

        assertThat(List.of("kept", "a", "b", "c", "d")).allMatch(this::isErased);
        assertThat(isErased("gone")).isFalse();
    }

    @Test
    void usersUnderAnUnknownKey_areNamed() {
        assertThat(users.known(jdbc).hasOtherKeys()).isFalse();
        String id = erase("ann");
        jdbc.update("UPDATE erased_user SET key_id = 'another' WHERE erasure_id = ?", id);

        assertThat(users.known(jdbc).hasOtherKeys()).isTrue();
        assertThat(users.known(jdbc).isEmpty()).isTrue();
    }
}
