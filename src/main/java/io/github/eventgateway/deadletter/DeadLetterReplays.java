package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.deadletter.ReplayOutcome.Kind;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.EventIds;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.kafka.PolledRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Headers;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Replays dead letters, each by one caller at a time: claim, send, settle, or release where the send failed. A bean,
 * because a claim and its history are one transaction, and headers have an order. Any thread.
 */
@Component("deadLetterReplays")
public class DeadLetterReplays {

    private final ReplayTable table;
    private final EventReader reader;
    private final EventCatalogue catalogue;
    private final ObjectMapper json;
    private final CamelContext context;
    private final DeadLetterSettings settings;
    private final String storeGroup;

    DeadLetterReplays(
            ReplayTable table,
            EventReader reader,
            EventCatalogue catalogue,
            ObjectMapper json,
            CamelContext context,
            DeadLetterSettings settings,
            @Value("${gateway.store.group}") String storeGroup) {
        this.table = table;
        this.reader = reader;
        this.catalogue = catalogue;
        this.json = json;
        this.context = context;
        this.settings = settings;
        this.storeGroup = storeGroup;
    }

    /**
     * Claims the dead letter for a replay.
     *
     * @return a {@link Replay} to be sent and settled, or the {@link ReplayOutcome} where there is nothing to be sent
     * @throws GatewayException with {@code NOT_FOUND} where there is no such dead letter; with the reason of
     *     {@code POST /api/events} where a repaired event is none
     */
    public Object claim(@Body ReplayOrder order) {
        ReplayTable.Row row = table.read(order.id()).orElseThrow(() -> new GatewayException(Reason.NOT_FOUND));
        ReplayOutcome closed = closed(row, order.by());
        if (closed != null) {
            return closed;
        }
        Event event = order.event() == null ? null : repaired(row, order.event());
        String claim = UUID.randomUUID().toString();
        if (!table.claim(row.id(), claim, settings.claimTimeout())) {
            ReplayOutcome since = closed(table.read(row.id()).orElse(row), order.by());
            return since == null ? ReplayOutcome.of(Kind.SKIPPED, "is being replayed by another call") : since;
        }
        Replay replay = new Replay(row.id(), claim, order.by(), event != null, record(row, event));
        if (storeGroup.equals(row.group()) && table.isStored(event == null ? eventId(row) : event.id())) {
            ReplayOutcome stored = ReplayOutcome.of(Kind.SKIPPED, "its event is stored already");
            table.settle(replay, stored);
            return stored;
        }
        return replay;
    }

    /** Whether there is something to be sent. */
    public boolean isClaimed(@Body Object claimed) {
        return claimed instanceof Replay;
    }

    /** What a {@code kafka:} endpoint with the {@link WholeRecordSerializer} sends. */
    public List<Message> messages(@Body Replay replay) {
        return List.of(replay.record().message(context));
    }

    /** Enters that Kafka has acknowledged the replay. */
    public ReplayOutcome settle(@ExchangeProperty("replay") Replay replay) {
        ReplayOutcome outcome = ReplayOutcome.of(
                replay.repaired() ? Kind.REPAIRED : Kind.REPLAYED,
                "sent to " + replay.record().topic());
        table.settle(replay, outcome);
        return outcome;
    }

    /** Gives the dead letter back after a failure: it is open again. */
    public ReplayOutcome release(
            @ExchangeProperty("replay") Replay replay, @ExchangeProperty("CamelExceptionCaught") Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String detail = root.getClass().getSimpleName() + (root.getMessage() == null ? "" : ": " + root.getMessage());
        ReplayOutcome outcome = new ReplayOutcome(Kind.FAILED, detail, failure);
        table.release(replay, outcome);
        return outcome;
    }

    /**
     * The answer to a replay of one.
     *
     * @throws Exception what made it fail; {@link GatewayException} with {@code REPLAY_REFUSED} or
     *     {@code DEAD_LETTER_NOT_OPEN}
     */
    public Answer answer(@Body ReplayOutcome outcome) throws Exception {
        switch (outcome.kind()) {
            case FAILED -> throw outcome.failure();
            case REFUSED -> throw new GatewayException(Reason.REPLAY_REFUSED, "", outcome.detail());
            case NOT_OPEN -> throw new GatewayException(Reason.DEAD_LETTER_NOT_OPEN, "", outcome.detail());
            default -> {
                ReplayTally tally = new ReplayTally(1, 0, settings.bulkTimeout());
                tally.add(outcome);
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("outcome", outcome.word());
                data.put("detail", outcome.detail());
                data.putAll(tally.counts());
                return new Answer(200, "dead-letters.replayed", data);
            }
        }
    }

    /** Begins the count of a bulk replay, from the row with the number of those that it concerns. */
    public ReplayTally tally(@Body List<Map<String, Object>> rows, @ExchangeProperty("bulk") BulkReplay bulk) {
        long matched = ((Number) rows.get(0).get("matched")).longValue();
        return new ReplayTally(matched, bulk.rate(), settings.bulkTimeout());
    }

    /** Whether a bulk replay goes on; waits for as long as its rate demands. */
    public boolean goesOn(@ExchangeProperty("tally") ReplayTally tally) throws InterruptedException {
        return tally.goesOn();
    }

    /** Counts one outcome of a bulk replay. */
    public void count(@Body ReplayOutcome outcome, @ExchangeProperty("tally") ReplayTally tally) {
        tally.add(outcome);
    }

    /** The answer to a bulk replay. */
    public Answer answerBulk(@ExchangeProperty("tally") ReplayTally tally, @ExchangeProperty("bulk") BulkReplay bulk) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("dry_run", bulk.dryRun());
        data.putAll(tally.counts());
        return new Answer(200, bulk.dryRun() ? "dead-letters.dry-run" : "dead-letters.replayed", data);
    }

    /**
     * Discards a dead letter; nothing is erased. One that is discarded already stays as it is.
     *
     * @throws GatewayException with {@code NOT_FOUND}, or {@code DEAD_LETTER_NOT_OPEN} where it is replayed or is being so
     */
    public void discard(@Body DiscardOrder order) {
        if (!table.discard(order, settings.claimTimeout())) {
            ReplayTable.Row row = table.read(order.id()).orElseThrow(() -> new GatewayException(Reason.NOT_FOUND));
            if (!"discarded".equals(row.status())) {
                throw new GatewayException(Reason.DEAD_LETTER_NOT_OPEN, "", "it is " + row.status());
            }
        }
    }

    /** Why there is nothing to replay; null where there is. */
    private ReplayOutcome closed(ReplayTable.Row row, String by) {
        return switch (row.status()) {
            case "replayed" -> ReplayOutcome.of(Kind.SKIPPED, "is replayed already");
            case "discarded" -> ReplayOutcome.of(Kind.NOT_OPEN, "is discarded");
            default -> row.replays() < Replays.MAX_REPLAYS ? null : refused(row, by);
        };
    }

    private ReplayOutcome refused(ReplayTable.Row row, String by) {
        ReplayOutcome refused =
                ReplayOutcome.of(Kind.REFUSED, "it was replayed " + row.replays() + " times, and failed each time");
        table.note(row.id(), by, refused);
        return refused;
    }

    private static OutgoingRecord record(ReplayTable.Row row, Event event) {
        Headers headers = HeaderBytes.decode(row.headers());
        if (row.group() != null) {
            DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_GROUP, row.group());
        }
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ID, row.id());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ORIGIN, row.origin());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_TIMESTAMP, row.timestamp());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAYS, row.replays() + 1);
        return event == null
                ? new OutgoingRecord(row.topic(), row.key(), row.value(), headers)
                : new OutgoingRecord(row.topic(), key(event), EventConverters.toBytes(event), headers);
    }

    private static byte[] key(Event event) {
        return event.key() == null ? null : event.key().getBytes(StandardCharsets.UTF_8);
    }

    private Event repaired(ReplayTable.Row row, JsonNode node) {
        try {
            byte[] bytes = json.writeValueAsBytes(node);
            Event event =
                    reader.readRecord(bytes, EventIds.derived(row.origin()), PolledRecord.receivedAt(row.timestamp()));
            String topic = catalogue.topicOf(event.type()).name();
            if (!topic.equals(row.topic())) {
                throw new GatewayException(
                        Reason.EVENT_INVALID, "/type", "belongs to the topic " + topic + ", not " + row.topic());
            }
            return event;
        } catch (GatewayException e) {
            throw new GatewayException(
                    e.reason(),
                    e.details().stream()
                            .map(violation -> new Violation("/event" + violation.path(), violation.message()))
                            .toList());
        } catch (IOException e) {
            throw new IllegalStateException("A JSON tree cannot be written", e);
        }
    }

    /** The id that the record's event is stored by, if it is; null where the value shows none. */
    private String eventId(ReplayTable.Row row) {
        try {
            JsonNode id =
                    row.value() == null ? null : json.readTree(row.value()).get("id");
            if (id == null) {
                return EventIds.derived(row.origin());
            }
            return id.isTextual() ? ColumnText.of(id.textValue(), DeadLetter.LONGEST_NAME) : null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
