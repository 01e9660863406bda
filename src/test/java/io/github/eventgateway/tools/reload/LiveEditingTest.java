package io.github.eventgateway.tools.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Edits routes while the gateway runs with a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveEditingTest {

    private static final Duration ARRIVAL = Duration.ofSeconds(60);

    private EditedGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        gateway = EditedGateway.start(folder, Map.of());
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Edit.class)
    void aSavedEditTakesEffect(Edit edit) {
        edit.make(gateway, 1);
    }

    @Test
    void underLoad_noRequestFails_andEveryAcknowledgedEventIsStoredOnce() throws Exception {
        EventLoad load = EventLoad.start(gateway.gateway(), 4, 200);
        try {
            for (int round = 2; round < 4; round++) {
                for (Edit edit : Edit.values()) {
                    edit.make(gateway, round);
                }
            }
        } finally {
            load.stop();
        }

        assertThat(load.failures()).isEmpty();
        assertThat(load.acknowledged()).hasSizeGreaterThan(500);
        assertStored(gateway, load, ARRIVAL);
    }

    /**
     * Each acknowledged event is stored in one row, and each invalid record is one dead letter. Only events that met
     * another schema on their way may also be dead letters.
     */
    static void assertStored(EditedGateway gateway, EventLoad load, Duration arrival) {
        JdbcTemplate database = gateway.gateway().database();
        await().atMost(arrival).untilAsserted(() -> {
            Set<String> missing = new HashSet<>(load.acknowledged());
            database.query(
                    "SELECT id FROM event WHERE id LIKE 'load-%'",
                    row -> {
                        missing.remove(row.getString("id"));
                    });
            assertThat(missing).isEmpty();
        });
        await().atMost(arrival).untilAsserted(() -> assertThat(
                        database.queryForList("SELECT record_value FROM dead_letter", byte[].class).stream()
                                .map(value -> new String(value, StandardCharsets.UTF_8))
                                .filter(value -> !value.contains(Edit.CHECKED_ANEW))
                                .toList())
                .containsExactlyInAnyOrderElementsOf(load.rubbish()));
    }
}
