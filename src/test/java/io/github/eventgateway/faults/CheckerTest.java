package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** The checker gets faulty runs and must name each fault. A checker that never complains proves nothing. */
class CheckerTest {

    private static final String TOPIC = Sent.USER_EVENTS;
    private static final String MARK = "mark";
    private static final byte[] VALUE = {(byte) 0xFF, 0};

    private final List<Sent> sent = new ArrayList<>();
    private final Set<String> mended = new HashSet<>();
    private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> deadLetterTopic = new ArrayList<>();
    private final List<Checker.StoredRow> stored = new ArrayList<>();
    private final List<Checker.KeptRow> kept = new ArrayList<>();

    @Test
    void aRunWithoutFaultsIsGreen_andCounted() {
        store(acknowledged("a"), 0, 1);
        store(acknowledged("b"), 1, 2);
        onTopic(sent.get(1), 2);
        poison(3, VALUE);
        letter(3, VALUE, poisonHeaders());
        letter(3, VALUE, poisonHeaders());
        kept(3, VALUE, poisonHeaders());

        Verdict verdict = verdict();

        assertThat(verdict.breaches()).isEmpty();
        assertThat(verdict.of(Count.ACKNOWLEDGED)).isEqualTo(2);
        assertThat(verdict.of(Count.STORED)).isEqualTo(2);
        assertThat(verdict.of(Count.DUPLICATES_ON_TOPIC)).isEqualTo(1);
        assertThat(verdict.of(Count.DEAD_LETTERS)).isEqualTo(1);
        assertThat(verdict.of(Count.DUPLICATES_ON_DEAD_LETTER_TOPIC)).isEqualTo(1);
    }

    @Test
    void anUnacknowledgedEvent_mayBeMissing() {
        unknown("a");

        assertThat(verdict().breaches()).isEmpty();
    }

    @Test
    void aReplayedDeadLetterOfARefusedEvent_isStoredOnce() {
        Sent event = refused("a");
        store(event, 1, 1);

        Verdict verdict = verdict();

        assertThat(verdict.breaches()).isEmpty();
        assertThat(verdict.of(Count.REPLAYED)).isEqualTo(1);
    }

    @Test
    void aRefusedEventWithoutAReplay_isLost() {
        refused("a");

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LOST);
    }

    @Test
    void aRefusedEvent_mustHaveADeadLetter() {
        store(refused("a"), 1, 1);
        kept.clear();

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.POISON_LOST);
    }

    @Test
    void aDeadLetterThatWasReplayedRepaired_isAnEvent_withTheHeadersOfPoison() {
        Sent event = acknowledged("a");
        topic.add(at(TOPIC, 0, key(), event.bytes(), poisonHeaders()));
        stored.add(new Checker.StoredRow("a", TOPIC, 0, 0, event.json(), 1));

        assertThat(verdict().breaches()).isEmpty();
    }

    @Test
    void anEventThatWasSentAsItsDataAlone_hasTheTimeThatTheGatewayGaveIt_andNothingElse() {
        Sent event = Sent.ofDataAlone("a", "user_login", "key", "name");
        sent.add(event);
        String json = event.json().replace("2026-01-01", "2026-02-02");
        topic.add(at(TOPIC, 0, key(), bytes(json)));
        stored.add(new Checker.StoredRow("a", TOPIC, 0, 0, json, 1));
        assertThat(verdict().breaches()).isEmpty();

        stored.set(0, new Checker.StoredRow("a", TOPIC, 0, 0, json.replace("someone", "someone else"), 1));
        assertThat(verdict().breaches()).containsOnlyKeys(Breach.CHANGED);
    }

    @Test
    void anAcknowledgedEventThatIsNotStored_isLost() {
        onTopic(acknowledged("a"), 0);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LOST);
    }

    @Test
    void anAcknowledgedEventThatIsNotEvenOnTheTopic_isLost() {
        acknowledged("a");

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LOST);
    }

    @Test
    void anUnacknowledgedEventOnTheTopicThatIsNotStored_wasSkipped() {
        onTopic(unknown("a"), 0);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.PASSED_OVER);
    }

    @Test
    void anEventThatIsStoredTwice_isDoubled() {
        Sent event = acknowledged("a");
        store(event, 0, 1);
        stored.add(stored.get(0));

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.DOUBLED);
    }

    @Test
    void anEventThatIsStoredWithOtherContent_isChanged() {
        Sent event = acknowledged("a");
        onTopic(event, 0);
        stored.add(new Checker.StoredRow("a", TOPIC, 0, 0, event.json().replace("someone", "someone else"), 1));

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.CHANGED);
    }

    @Test
    void anEventThatLiesInTheTopicWithOtherContent_isChanged() {
        Sent event = acknowledged("a");
        store(event, 0, 1);
        topic.set(0, at(TOPIC, 0, key(), event.json().replace("login", "logout").getBytes(StandardCharsets.UTF_8)));

        assertThat(verdict().breaches()).containsKey(Breach.CHANGED);
    }

    @Test
    void anEventBeforeAnEarlierAcceptedOne_isReordered() {
        Sent first = acknowledged("a");
        Sent second = acknowledged("b");
        store(second, 0, 1);
        store(first, 1, 2);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.REORDERED);
    }

    @Test
    void anEventStoredBeforeItsPredecessor_isReordered() {
        store(acknowledged("a"), 0, 2);
        store(acknowledged("b"), 1, 1);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.REORDERED);
    }

    @Test
    void aRepeatedEvent_mayFollowALaterOne() {
        Sent repeated = unknown("a");
        Sent meanwhile = acknowledged("b");
        repeated.sending();
        repeated.acknowledged();
        store(meanwhile, 0, 1);
        store(repeated, 1, 2);

        assertThat(verdict().breaches()).isEmpty();
    }

    @Test
    void aDeadLetteredValidEvent_isReported() {
        onTopic(acknowledged("a"), 0);
        letter(0, sent.get(0).bytes(), new RecordHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.HEALTHY_DEAD_LETTERED);
    }

    @Test
    void aValidEventInTheTableOfDeadLetters_isReported() {
        store(acknowledged("a"), 0, 1);
        kept(0, sent.get(0).bytes(), new RecordHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.HEALTHY_DEAD_LETTERED);
    }

    @Test
    void poisonWithoutADeadLetter_isLost() {
        poison(0, VALUE);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.POISON_LOST);
    }

    @Test
    void aDeadLetterThatIsNotInTheTable_isLost() {
        poison(0, VALUE);
        letter(0, VALUE, poisonHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.POISON_LOST);
    }

    @Test
    void storedPoison_isReported() {
        poison(0, VALUE);
        letter(0, VALUE, poisonHeaders());
        kept(0, VALUE, poisonHeaders());
        stored.add(new Checker.StoredRow("p", TOPIC, 0, 0, "{}", 1));

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.POISON_STORED);
    }

    @Test
    void aDeadLetterWithAnotherValue_isChanged() {
        poison(0, VALUE);
        letter(0, new byte[] {1}, poisonHeaders());
        kept(0, VALUE, poisonHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LETTER_CHANGED);
    }

    @Test
    void aDeadLetterThatLostARepeatedHeader_isChanged() {
        poison(0, VALUE);
        Headers fewer = new RecordHeaders().add("twice", new byte[] {1}).add(Poison.MARK, bytes(MARK));
        letter(0, VALUE, fewer);
        kept(0, VALUE, poisonHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LETTER_CHANGED);
    }

    @Test
    void aDeadLetterInTheTableWithHeadersInAnotherOrder_isChanged() {
        poison(0, VALUE);
        letter(0, VALUE, poisonHeaders());
        Headers turned = new RecordHeaders()
                .add(Poison.MARK, bytes(MARK))
                .add("twice", null)
                .add("twice", new byte[] {1});
        kept(0, VALUE, turned);

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LETTER_CHANGED);
    }

    @Test
    void aDeadLetterThatIsInTheTableTwice_isDoubled() {
        poison(0, VALUE);
        letter(0, VALUE, poisonHeaders());
        kept(0, VALUE, poisonHeaders());
        kept(0, VALUE, poisonHeaders());

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.LETTER_DOUBLED);
    }

    @Test
    void anEventThatNobodySent_isInvented() {
        topic.add(at(TOPIC, 0, key(), bytes("{\"id\":\"nobody\"}")));

        assertThat(verdict().breaches()).containsOnlyKeys(Breach.INVENTED);
    }

    private Sent unknown(String id) {
        Sent event = new Sent(id, TOPIC, "key");
        event.sending();
        sent.add(event);
        return event;
    }

    private Sent acknowledged(String id) {
        Sent event = unknown(id);
        event.acknowledged();
        return event;
    }

    /** Returns the first record of the topic, with its dead letter. */
    private Sent refused(String id) {
        Sent event = acknowledged(id);
        mended.add(id);
        onTopic(event, 0);
        letter(0, event.bytes(), new RecordHeaders());
        kept(0, event.bytes(), new RecordHeaders());
        return event;
    }

    private void onTopic(Sent event, long offset) {
        topic.add(at(TOPIC, offset, key(), event.bytes()));
    }

    private void store(Sent event, long offset, long committedAtMicros) {
        onTopic(event, offset);
        stored.add(new Checker.StoredRow(event.id(), TOPIC, 0, offset, event.json(), committedAtMicros));
    }

    private void poison(long offset, byte[] value) {
        topic.add(at(TOPIC, offset, null, value, poisonHeaders()));
    }

    private void letter(long offset, byte[] value, Headers original) {
        Headers headers = new RecordHeaders(original)
                .add("dlq-topic", bytes(TOPIC))
                .add("dlq-partition", bytes("0"))
                .add("dlq-offset", bytes(String.valueOf(offset)))
                .add("dlq-timestamp", bytes("1000"))
                .add("dlq-reason", bytes("MALFORMED_JSON"));
        deadLetterTopic.add(at(TOPIC + ".dlq", deadLetterTopic.size(), null, value, headers));
    }

    private void kept(long offset, byte[] value, Headers headers) {
        kept.add(new Checker.KeptRow(TOPIC, 0, offset, 1000, null, value, headers));
    }

    private Verdict verdict() {
        Checker checker = new Checker(sent, Set.of(MARK), Set.of(), mended);
        topic.forEach(checker::onTopic);
        deadLetterTopic.forEach(checker::onDeadLetterTopic);
        stored.forEach(checker::stored);
        kept.forEach(checker::kept);
        return checker.verdict();
    }

    private static Headers poisonHeaders() {
        return new RecordHeaders()
                .add("twice", new byte[] {1})
                .add("twice", null)
                .add(Poison.MARK, bytes(MARK));
    }

    private static byte[] key() {
        return bytes("key");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConsumerRecord<byte[], byte[]> at(String topic, long offset, byte[] key, byte[] value) {
        return at(topic, offset, key, value, new RecordHeaders());
    }

    private static ConsumerRecord<byte[], byte[]> at(
            String topic, long offset, byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                topic, 0, offset, 1000, TimestampType.CREATE_TIME, -1, -1, key, value, headers, Optional.empty());
    }
}
