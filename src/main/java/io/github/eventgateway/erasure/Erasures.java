package io.github.eventgateway.erasure;

import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.kafka.TopicRetention;
import io.github.eventgateway.server.audit.AuditedCall;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * Begins erasures and shows their progress. Any gateway of the database carries them out, also after a restart. It is a
 * bean because an erasure and its hashes belong to one transaction. Any thread.
 */
@Component("erasures")
public class Erasures {

    private static final String PATH = "/api/erasures/";

    private final ErasureTable table;
    private final ErasedUsers users;
    private final UserFields fields;
    private final EventCatalogue catalogue;
    private final TopicRetention topics;
    private final ErasureWorker worker;
    private final int maxRunning;

    Erasures(
            ErasureTable table,
            ErasedUsers users,
            UserFields fields,
            EventCatalogue catalogue,
            TopicRetention topics,
            ErasureWorker worker,
            ErasureSettings settings) {
        this.table = table;
        this.users = users;
        this.fields = fields;
        this.catalogue = catalogue;
        this.topics = topics;
        this.worker = worker;
        this.maxRunning = settings.maxRunning();
    }

    /**
     * Stores a new erasure. Before that, the audit trail records it with the hash of the user id. Returns 202 with the
     * path of the erasure.
     *
     * @param audited the audit record of the call; may be null
     * @throws GatewayException with {@code DATABASE_UNAVAILABLE} if the audit trail cannot be written, and with {@code
     *     TOO_MANY_REQUESTS} if {@code gateway.erasure.max-running} erasures are unfinished
     */
    public CompletionStage<Object> begin(
            @Body ErasureOrder order, @ExchangeProperty(CallProperties.AUDITED) AuditedCall audited) {
        table.requireRoom(maxRunning);
        String id = UUID.randomUUID().toString();
        List<String> hashes = new ArrayList<>();
        fields.values(order.userId(), catalogue).forEach(value -> hashes.add(users.hash(value)));
        if (audited != null) {
            audited.aboutToChange(Map.of("erasure", id, "user_hash", hashes.get(0)));
        }
        table.begin(id, order, Instant.now().truncatedTo(ChronoUnit.MICROS), hashes, users.keyId(), maxRunning);
        worker.wake();
        return show(id).thenApply(erasure -> new Answer(202, "erasures.accepted", erasure, PATH + id));
    }

    /**
     * Returns the progress of an erasure, and when Kafka removes its copies. The result completes after a few seconds
     * at most. No thread waits for Kafka meanwhile.
     *
     * @throws GatewayException with {@code NOT_FOUND} if it does not exist
     */
    public CompletionStage<Object> show(@Header("id") String id) {
        ErasureTable.Row row = table.find(id).orElseThrow(() -> new GatewayException(Reason.NOT_FOUND));
        String problem = row.isDone() ? null : worker.problem(row.id());
        return topics.ofEach()
                .exceptionally(failure -> Map.of())
                .thenApply(times -> new Erasure(
                        row.id(),
                        row.state(),
                        row.userHash(),
                        row.requestedAt(),
                        row.requestedBy(),
                        row.finishedAt(),
                        row.part(),
                        row.erased(),
                        row.keptRecords(),
                        problem,
                        copies(times, row.requestedAt())));
    }

    private List<KafkaCopy> copies(Map<String, Duration> times, Instant requestedAt) {
        return topics.names().stream()
                .map(topic -> copy(topic, times.get(topic), requestedAt))
                .toList();
    }

    private static KafkaCopy copy(String topic, Duration time, Instant requestedAt) {
        if (time == null) {
            return new KafkaCopy(topic, "unknown", null);
        }
        return time.equals(TopicRetention.FOR_EVER)
                ? new KafkaCopy(topic, "never", null)
                : new KafkaCopy(topic, "known", requestedAt.plus(time).truncatedTo(ChronoUnit.SECONDS));
    }
}
