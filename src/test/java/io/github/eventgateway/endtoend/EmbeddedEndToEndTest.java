package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.Scenario.login;
import static io.github.eventgateway.endtoend.Scenario.unique;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The defaults: a broker and a database inside the process. */
class EmbeddedEndToEndTest extends EndToEnd {

    @Override
    Map<String, String> settings() {
        return Map.of();
    }

    @Test
    void theDatabaseIsTheEmbeddedOne() {
        String id = unique();
        gateway().post("/api/events", login(id));
        stored(id);
        String product = gateway()
                .database()
                .queryForObject(
                        "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'MODE'",
                        String.class);
        assertThat(product).isEqualTo("PostgreSQL");
    }
}
