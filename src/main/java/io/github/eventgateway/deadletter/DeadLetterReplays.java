package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.deadletter.ReplayOutcome.Kind;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.kafka.BrokerAvailability;
import io.github.eventgateway.kafka.Subscriptions;
import io.github.eventgateway.server.audit.AuditedCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.kafka.common.KafkaException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Replays one dead letter in three steps: claim, send, settle. Only one caller at a time can replay it. It is a bean
 * because a claim and its history belong to one transaction, and Kafka headers have an order. Any thread.
 */
@Component("deadLetterReplays")
public class DeadLetterReplays {

    /** A record that often fails again would otherwise circulate without end. */
    private static final int MAX_REPLAYS = 5;

    private static final String NO_CONSUMER =
            "no route of this gateway consumes topic %s in the consumer group %s; set group to another consumer group";

    private static final String STUB =
            "this dead letter is a stub, and the whole record cannot be read: Kafka no longer has it,"
                    + " or the record or its batch is too long; repair the event, or discard the dead letter";

    private final DeadLetterStates states;
    private final DeadLetterEvents events;
    private final StoredRepeats repeats;
    private final ReplayRecords records;
    private final Subscriptions subscriptions;
    private final BrokerAvailability broker;
    private final DeadLetterSettings settings;
    private final String storeGroup;

    DeadLetterReplays(
            DeadLetterStates states,
            DeadLetterEvents events,
            StoredRepeats repeats,
            ReplayRecords records,
            Subscriptions subscriptions,
            BrokerAvailability broker,
            DeadLetterSettings settings,
            @Value("${gateway.store.group}") String storeGroup) {
        this.states = states;
        this.events = events;
        this.repeats = repeats;
        this.records = records;
        this.subscriptions = subscriptions;
        this.broker = broker;
        this.settings = settings;
        this.storeGroup = storeGroup;
    }

    /**
     * Claims the dead letter for a replay. The audit trail has the changes of a repair before this method returns.
     *
     * @param audited the audit record of the call; may be null
     * @return a {@link Replay} to send and settle, or a {@link ReplayOutcome} if there is nothing to send, or if only Kafka
     *     has the record and does not return it
     * @throws GatewayException with the reason of {@code POST /api/events} if a repaired event is invalid; with {@code
     *     DATABASE_UNAVAILABLE} if the audit trail cannot record the repair
     */
    public ClaimResult claim(@Body ReplayOrder order, @ExchangeProperty(CallProperties.AUDITED) AuditedCall audited) {
        Optional<DeadLetterStates.Row> found = states.read(order.id());
        if (found.isEmpty()) {
            return ReplayOutcome.of(Kind.NOT_FOUND, "does not exist");
        }
        DeadLetterStates.Row row = found.get();
        ReplayOutcome closed = closed(row, order.by());
        if (closed != null) {
            return closed;
        }
        String group = order.group() == null ? row.group() : order.group();
        if (group != null && !subscriptions.consumes(group, row.topic())) {
            return refused(row, order.by(), NO_CONSUMER.formatted(row.topic(), group));
        }
        return order.event() == null && records.isStub(row)
                ? claimStub(row, order, group, audited)
                : claimRecord(row, order, group, audited);
    }

    /** If Kafka fails, a bulk replay continues with the next dead letter. */
    private ClaimResult claimStub(DeadLetterStates.Row row, ReplayOrder order, String group, AuditedCall audited) {
        Optional<DeadLetterStates.Row> whole;
        try {
            whole = whole(row);
        } catch (GatewayException | KafkaException e) {
            ReplayOutcome failed = failed(e);
            states.note(row.id(), order.by(), failed);
            return failed;
        }
        return whole.isEmpty() ? refused(row, order.by(), STUB) : claimRecord(whole.get(), order, group, audited);
    }

    private Optional<DeadLetterStates.Row> whole(DeadLetterStates.Row row) {
        if (!broker.isAvailable()) {
            // The record is in Kafka, and reading it would hold a thread of the caller.
            throw new GatewayException(Reason.KAFKA_UNAVAILABLE);
        }
        return records.whole(row);
    }

    private ClaimResult claimRecord(DeadLetterStates.Row row, ReplayOrder order, String group, AuditedCall audited) {
        Event event = order.event() == null ? null : events.repaired(row, order.event());
        Repair repair = event == null ? null : events.repair(row, event);
        if (repair != null && audited != null) {
            audited.aboutToChange(repair.audited());
        }
        String claim = UUID.randomUUID().toString();
        if (!states.claim(row.id(), claim, settings.claimTimeout())) {
            ReplayOutcome since = closed(states.read(row.id()).orElse(row), order.by());
            return since == null ? ReplayOutcome.of(Kind.SKIPPED, "is being replayed by another call") : since;
        }
        String otherGroup = Objects.equals(group, row.group()) ? null : group;
        Replay replay = new Replay(
                row.id(), claim, order.by(), repair, records.record(row, event, group, order.by()), otherGroup);
        return storeGroup.equals(group) ? unlessStored(replay, repeats.find(row, event)) : replay;
    }

    private ClaimResult unlessStored(Replay replay, StoredRepeats.Found found) {
        return switch (found) {
            case NONE -> replay;
            case SAME -> {
                ReplayOutcome skipped = ReplayOutcome.of(Kind.SKIPPED, "its event is already stored");
                states.settle(replay, skipped);
                yield skipped;
            }
            case DIFFERENT -> {
                ReplayOutcome refused = ReplayOutcome.of(
                        Kind.REFUSED,
                        "another event is stored under its id; repair it with another id, or without one");
                states.release(replay, refused);
                yield refused;
            }
        };
    }

    /**
     * Returns the message for a {@code kafka:} endpoint with the {@link WholeRecordSerializer}.
     *
     * @throws GatewayException as {@link BrokerAvailability#check}
     */
    public List<Message> messages(@Body Replay replay) {
        broker.check();
        return records.messages(replay.record());
    }

    /**
     * Stores the outcome of the replay. If it failed, the dead letter is open again.
     *
     * @param failure the reason why the record was not sent; null if Kafka has acknowledged it
     */
    public ReplayOutcome settle(Replay replay, Exception failure) {
        if (failure == null) {
            broker.succeeded();
            ReplayOutcome sent = sent(replay);
            states.settle(replay, sent);
            return sent;
        }
        ReplayOutcome failed = failed(failure);
        states.release(replay, failed);
        return failed;
    }

    private static ReplayOutcome failed(Exception failure) {
        Throwable root = RootCause.of(failure);
        String detail = root.getClass().getSimpleName() + (root.getMessage() == null ? "" : ": " + root.getMessage());
        return new ReplayOutcome(Kind.FAILED, detail, failure, null);
    }

    private static ReplayOutcome sent(Replay replay) {
        Repair repair = replay.repair();
        String sent = "sent to " + replay.record().topic()
                + (replay.otherGroup() == null ? "" : " for the consumer group " + replay.otherGroup());
        return repair == null
                ? ReplayOutcome.of(Kind.REPLAYED, sent)
                : new ReplayOutcome(
                        Kind.REPAIRED, sent + " as event " + repair.after().id(), null, repair);
    }

    /**
     * Returns the answer to the replay of one dead letter.
     *
     * @throws Exception the cause of the failure, or {@link GatewayException} with {@code NOT_FOUND}, {@code
     *     REPLAY_REFUSED} or {@code DEAD_LETTER_NOT_OPEN}
     */
    public Answer answer(@Body ReplayOutcome outcome) throws Exception {
        switch (outcome.kind()) {
            case FAILED -> throw outcome.failure();
            case NOT_FOUND -> throw new GatewayException(Reason.NOT_FOUND);
            case REFUSED -> throw new GatewayException(Reason.REPLAY_REFUSED, "", outcome.detail());
            case NOT_OPEN -> throw new GatewayException(Reason.DEAD_LETTER_NOT_OPEN, "", outcome.detail());
            default -> {
                ReplayTally tally = new ReplayTally(1, 1, 0, Job.orUnlisted(null), null);
                tally.add(outcome);
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("outcome", outcome.word());
                data.put("detail", outcome.detail());
                data.putAll(tally.counts());
                return new Answer(200, "dead-letters.replayed", new ReplayAnswer(data, outcome.repair()));
            }
        }
    }

    /** Returns why the dead letter cannot be replayed; null if it can. */
    private ReplayOutcome closed(DeadLetterStates.Row row, String by) {
        return switch (row.status()) {
            case "replayed" -> ReplayOutcome.of(Kind.SKIPPED, "was already replayed");
            case "discarded" -> ReplayOutcome.of(Kind.NOT_OPEN, "is discarded");
            case DeadLetterErasure.ERASED ->
                ReplayOutcome.of(
                        Kind.NOT_OPEN, "was erased, because its record was about a user whose data was erased");
            default ->
                row.replays() < MAX_REPLAYS
                        ? null
                        : refused(row, by, "it was replayed " + row.replays() + " times, and failed each time");
        };
    }

    private ReplayOutcome refused(DeadLetterStates.Row row, String by, String why) {
        ReplayOutcome refused = ReplayOutcome.of(Kind.REFUSED, why);
        states.note(row.id(), by, refused);
        return refused;
    }
}
