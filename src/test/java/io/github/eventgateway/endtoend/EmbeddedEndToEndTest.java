package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/**
 * Runs the end-to-end tests with the defaults: embedded broker and database. The tests of HTTP alone run here only,
 * because they do not depend on the database.
 */
class EmbeddedEndToEndTest extends EndToEnd implements RefusingEvents, SpeakingHttp {

    @Override
    Map<String, String> settings() {
        return Map.of();
    }

    @Test
    void theDatabaseIsSqlite() {
        String id = unique();
        gateway().post("/api/events", login(id));
        stored(id);
        String product = gateway().database().queryForObject("SELECT sqlite_version()", String.class);
        assertThat(product).startsWith("3.");
    }

    /** The gateway would keep one object for each batch. A thread may still refer to a few. */
    @Test
    void answeredBatchesAreReleased() {
        int count = 30;
        for (int i = 0; i < count; i++) {
            String events = Stream.generate(() -> login(unique())).limit(20).collect(Collectors.joining(",", "[", "]"));
            assertThat(gateway().post("/api/events/batch", events).status()).isEqualTo(202);
        }
        await().untilAsserted(() -> assertThat(alive("io.github.eventgateway.publish.EventBatch"))
                .as("of %d batches", count)
                .isLessThan(5));
    }

    /** Returns how many objects of this class remain after a full collection. */
    private static long alive(String type) throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.trim().split(" +"))
                .filter(fields -> fields.length >= 4 && fields[3].equals(type))
                .mapToLong(fields -> Long.parseLong(fields[1]))
                .sum();
    }
}
