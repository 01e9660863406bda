package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Runs the same tests on PostgreSQL. */
class LongPagesOnPostgresTest extends LongPagesTest {

    private static EmbeddedPostgres postgres;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) throws IOException {
        postgres = EmbeddedPostgres.start();
        properties.add("gateway.database.url", () -> postgres.getJdbcUrl("postgres", "postgres")
                .replaceFirst("\\?.*", ""));
        properties.add("gateway.database.user", () -> "postgres");
    }

    /** Lets tests insert rows without their time of storing. */
    @BeforeEach
    void fillInWhenRowsAreStored(@Autowired JdbcTemplate jdbc) {
        jdbc.execute("ALTER TABLE event ALTER COLUMN stored_at SET DEFAULT now()");
    }

    @Test
    void theDatabaseIsPostgres(@Autowired JdbcTemplate jdbc) {
        assertThat(jdbc.queryForObject("SELECT version()", String.class)).startsWith("PostgreSQL");
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }
}
