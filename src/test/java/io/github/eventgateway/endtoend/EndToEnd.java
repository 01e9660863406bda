package io.github.eventgateway.endtoend;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.WebhookServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promises of the gateway, tested from outside: through HTTP, a plain Kafka client and SQL. One gateway serves all
 * tests of a class, so each test uses its own ids.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EndToEnd
        implements TakingEvents,
                NamingPublishers,
                FindingEvents,
                ExportingEvents,
                StreamingEvents,
                ConsumingRecords,
                Alerting,
                Operating,
                Auditing,
                ErasingUsers {

    private final WebhookServer webhook = WebhookServer.start();
    private Gateway gateway;

    /** Starts Kafka and the database; returns the settings for them. */
    abstract Map<String, String> settings();

    /** Stops the servers of {@link #settings}. */
    void release() throws Exception {}

    @BeforeAll
    void start(@TempDir Path data) {
        Map<String, String> all = new HashMap<>(settings());
        all.put("ALERT_WEBHOOK_URL", webhook.url());
        all.put("gateway.handle.redelivery-delay-ms", "20");
        all.put("gateway.audit.refusal-interval", "1s");
        all.put("gateway.query.stream.heartbeat", "300ms");
        gateway = Gateway.start(data, all);
    }

    @AfterAll
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        webhook.close();
        release();
    }

    @Override
    public Gateway gateway() {
        return gateway;
    }

    @Override
    public WebhookServer webhook() {
        return webhook;
    }
}
