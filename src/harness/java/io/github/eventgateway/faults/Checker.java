package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Compares the sent events with the topics, the dead-letter topics and the database, and reports broken delivery
 * promises. Tell it first what was sent, then what was found, and then ask for the verdict. For one thread.
 */
final class Checker {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OWN_HEADERS = "dlq-";

    private final Map<String, Trace> events = new HashMap<>();
    private final Map<String, Letter> letters = new HashMap<>();
    private final Map<String, String> healthyPlaces = new HashMap<>();
    private final Set<String> poison;
    private final Set<String> acknowledgedPoison;
    private final Set<String> mended;
    private final Set<String> poisonOnTopic = new HashSet<>();
    private final Set<String> unknownHeaders = new HashSet<>();
    private final Verdict verdict = new Verdict();

    /**
     * @param sent the events
     * @param poison the marks of records that can never be stored
     * @param acknowledgedPoison the marks of those that Kafka has acknowledged
     */
    Checker(Collection<Sent> sent, Set<String> poison, Set<String> acknowledgedPoison) {
        this(sent, poison, acknowledgedPoison, Set.of());
    }

    /**
     * Creates a checker as the other constructor does.
     *
     * @param mended the ids of events that the database first rejected. Each has a dead letter, and is stored after its
     *     replay
     */
    Checker(Collection<Sent> sent, Set<String> poison, Set<String> acknowledgedPoison, Set<String> mended) {
        this.mended = mended;
        sent.forEach(event -> events.put(event.id(), new Trace(event)));
        this.poison = poison;
        this.acknowledgedPoison = acknowledgedPoison;
    }

    /**
     * Allows these headers after those of the producer in the table of dead letters.
     *
     * @param names headers that a gateway of the other build does not know
     */
    Checker besideABuildWithout(Set<String> names) {
        unknownHeaders.addAll(names);
        return this;
    }

    /** The findings about one event. */
    private static final class Trace {
        private final Sent sent;
        private int copies;
        private int rows;
        private int deadLetters;
        private StoredRow row;

        Trace(Sent sent) {
            this.sent = sent;
        }
    }

    /**
     * The findings about one record that can never be stored. It does not keep the bytes, because they would fill the
     * memory.
     */
    private static final class Letter {
        private final byte[] digest;
        private final int headers;
        private int copies;
        private int rows;

        Letter(ConsumerRecord<byte[], byte[]> original) {
            Header[] all = original.headers().toArray();
            digest = digest(original.timestamp(), original.key(), original.value(), all);
            headers = all.length;
        }

        boolean isSame(long timestamp, byte[] key, byte[] value, Header[] found) {
            return Arrays.equals(digest, digest(timestamp, key, value, found));
        }
    }

    /**
     * A row of the table of events.
     *
     * @param committedAtMicros when its transaction was committed, so that others could see the row; 0 if unknown. The
     *     number of the transaction does not show this order: an earlier transaction may wait for the row of a later
     *     one, and commit after it
     */
    record StoredRow(String id, String topic, int partition, long offset, String payload, long committedAtMicros) {}

    /** A row of the table of dead letters: the position of the failed record, and the record. */
    record KeptRow(
            String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {}

    /** Adds a record of a topic. */
    void onTopic(ConsumerRecord<byte[], byte[]> found) {
        String place = place(found.topic(), found.partition(), found.offset());
        Header mark = found.headers().lastHeader(Poison.MARK);
        // A repaired and replayed dead letter has the headers of its poison record.
        if (mark != null && !events.containsKey(id(found.value()))) {
            String text = new String(mark.value(), StandardCharsets.UTF_8);
            if (!poison.contains(text)) {
                verdict.breach(Breach.INVENTED, "poison " + text);
            }
            poisonOnTopic.add(text);
            letters.put(place, new Letter(found));
            return;
        }
        Trace trace = events.get(id(found.value()));
        if (trace == null || !trace.sent.topic().equals(found.topic())) {
            verdict.breach(Breach.INVENTED, "at " + place);
            return;
        }
        if (!isAsSent(trace.sent, found.value())
                || !trace.sent.key().equals(new String(found.key(), StandardCharsets.UTF_8))) {
            verdict.breach(Breach.CHANGED, trace.sent.id() + " at " + place);
        }
        healthyPlaces.put(place, trace.sent.id());
        trace.copies++;
    }

    /** Adds a record of a dead-letter topic. */
    void onDeadLetterTopic(ConsumerRecord<byte[], byte[]> found) {
        String place = last(found.headers(), "dlq-topic") + "/" + last(found.headers(), "dlq-partition") + "/"
                + last(found.headers(), "dlq-offset");
        Letter letter = letters.get(place);
        if (letter == null) {
            healthyDeadLettered(place, last(found.headers(), "dlq-reason"));
            return;
        }
        letter.copies++;
        Header[] all = found.headers().toArray();
        boolean same = all.length > letter.headers
                && letter.isSame(
                        timestamp(found.headers()), found.key(), found.value(), Arrays.copyOf(all, letter.headers))
                && Arrays.stream(all, letter.headers, all.length)
                        .allMatch(header -> header.key().startsWith(OWN_HEADERS));
        if (!same) {
            verdict.breach(Breach.LETTER_CHANGED, place + " on the dead-letter topic");
        }
    }

    /** Adds a row of the table of events. */
    void stored(StoredRow row) {
        String place = place(row.topic(), row.partition(), row.offset());
        if (letters.containsKey(place)) {
            verdict.breach(Breach.POISON_STORED, place);
            return;
        }
        Trace trace = events.get(row.id());
        if (trace == null || !row.id().equals(healthyPlaces.get(place))) {
            verdict.breach(Breach.INVENTED, row.id() + " stored, from " + place);
            return;
        }
        trace.rows++;
        trace.row = row;
        if (!isAsSent(trace.sent, row.payload().getBytes(StandardCharsets.UTF_8))) {
            verdict.breach(Breach.CHANGED, row.id() + " as stored");
        }
    }

    /** Adds a row of the table of dead letters. */
    void kept(KeptRow row) {
        String place = place(row.topic(), row.partition(), row.offset());
        Letter letter = letters.get(place);
        if (letter == null) {
            healthyDeadLettered(place, "in the table");
            return;
        }
        letter.rows++;
        if (!letter.isSame(row.timestamp(), row.key(), row.value(), ofTheProducer(letter, row.headers()))) {
            verdict.breach(Breach.LETTER_CHANGED, place + " in the table");
        }
    }

    private Header[] ofTheProducer(Letter letter, Headers headers) {
        Header[] all = headers.toArray();
        boolean unknown = all.length > letter.headers
                && Arrays.stream(all, letter.headers, all.length)
                        .allMatch(header -> unknownHeaders.contains(header.key()));
        return unknown ? Arrays.copyOf(all, letter.headers) : all;
    }

    /** Returns the verdict. Call it once, at the end. */
    Verdict verdict() {
        events.values().forEach(this::judge);
        letters.forEach(this::judge);
        acknowledgedPoison.stream()
                .filter(mark -> !poisonOnTopic.contains(mark))
                .forEach(mark -> verdict.breach(Breach.POISON_LOST, mark + " is not on the topic"));
        Map<String, List<Trace>> keys = new HashMap<>();
        for (Trace trace : events.values()) {
            if (trace.row != null) {
                keys.computeIfAbsent(trace.sent.topic() + "/" + trace.sent.key(), none -> new ArrayList<>())
                        .add(trace);
            }
        }
        keys.values().forEach(this::judgeOrder);
        return verdict;
    }

    private void judge(Trace trace) {
        verdict.count(Count.SENT, 1);
        verdict.count(Count.ACKNOWLEDGED, trace.sent.isAcknowledged() ? 1 : 0);
        verdict.count(Count.ON_TOPIC, trace.copies > 0 ? 1 : 0);
        verdict.count(Count.DUPLICATES_ON_TOPIC, Math.max(0, trace.copies - 1));
        verdict.count(Count.STORED, trace.rows > 0 ? 1 : 0);
        if (mended.contains(trace.sent.id())) {
            judgeMended(trace);
            return;
        }
        if (trace.rows > 1) {
            verdict.breach(Breach.DOUBLED, trace.sent.id());
        }
        boolean gone = trace.rows == 0 && trace.deadLetters == 0;
        if (gone && trace.sent.isAcknowledged()) {
            verdict.breach(Breach.LOST, trace.sent.id() + (trace.copies == 0 ? ", not on the topic" : ""));
        } else if (gone && trace.copies > 0) {
            verdict.breach(Breach.PASSED_OVER, trace.sent.id());
        }
    }

    private void judgeMended(Trace trace) {
        if (trace.deadLetters < 2) {
            verdict.breach(Breach.POISON_LOST, trace.sent.id() + " has no dead letter on the topic, or no row");
        }
        if (trace.rows == 1) {
            verdict.count(Count.REPLAYED, 1);
        } else {
            verdict.breach(trace.rows == 0 ? Breach.LOST : Breach.DOUBLED, trace.sent.id() + ", replayed");
        }
    }

    private void judge(String place, Letter letter) {
        verdict.count(Count.POISON, 1);
        verdict.count(Count.DEAD_LETTERS, letter.rows > 0 ? 1 : 0);
        verdict.count(Count.DUPLICATES_ON_DEAD_LETTER_TOPIC, Math.max(0, letter.copies - 1));
        if (letter.copies == 0 || letter.rows == 0) {
            verdict.breach(Breach.POISON_LOST, place + (letter.copies == 0 ? " has no dead letter" : " has no row"));
        }
        if (letter.rows > 1) {
            verdict.breach(Breach.LETTER_DOUBLED, place);
        }
    }

    /**
     * If an event was acknowledged before another one of its key was sent, it must precede the other one in the topic,
     * and must not be stored later.
     */
    private void judgeOrder(List<Trace> ofOneKey) {
        ofOneKey.sort(Comparator.comparingLong(trace -> trace.row.offset()));
        long earliest = Long.MAX_VALUE;
        for (int at = ofOneKey.size() - 1; at >= 0; at--) {
            Trace trace = ofOneKey.get(at);
            if (earliest < trace.sent.sentAt()) {
                verdict.breach(Breach.REORDERED, trace.sent.id() + " stands before one that was taken earlier");
            }
            if (trace.sent.isAcknowledged()) {
                earliest = Math.min(earliest, trace.sent.acknowledgedAt());
            }
            if (at > 0 && ofOneKey.get(at - 1).row.committedAtMicros() > trace.row.committedAtMicros()) {
                verdict.breach(Breach.REORDERED, trace.sent.id() + " was stored before the one before it");
            }
        }
    }

    private void healthyDeadLettered(String place, String why) {
        String id = healthyPlaces.get(place);
        if (id != null) {
            events.get(id).deadLetters++;
            if (mended.contains(id)) {
                return;
            }
        }
        verdict.breach(Breach.HEALTHY_DEAD_LETTERED, id + " at " + place + ": " + why);
    }

    private static boolean isAsSent(Sent sent, byte[] found) {
        if (Arrays.equals(sent.bytes(), found)) {
            return true;
        }
        try {
            JsonNode expected = JSON.readTree(sent.bytes());
            JsonNode actual = JSON.readTree(found);
            return sent.isOfDataAlone()
                    ? expected.path("data").equals(actual.path("data"))
                            && expected.path("type").equals(actual.path("type"))
                    : Objects.equals(expected, actual);
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] digest(long timestamp, byte[] key, byte[] value, Header[] headers) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            DataOutputStream out =
                    new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            out.writeLong(timestamp);
            write(out, key);
            write(out, value);
            for (Header header : headers) {
                write(out, header.key().getBytes(StandardCharsets.UTF_8));
                write(out, header.value());
            }
            return digest.digest();
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static String id(byte[] value) {
        try {
            JsonNode event = value == null ? null : JSON.readTree(value);
            return event == null ? null : event.path("id").asText(null);
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns the timestamp of the failed record. The dead letter itself has the time of its writing. */
    private static long timestamp(Headers deadLetter) {
        String text = last(deadLetter, "dlq-timestamp");
        return text == null ? Long.MIN_VALUE : Long.parseLong(text);
    }

    private static String last(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static String place(String topic, int partition, long offset) {
        return topic + "/" + partition + "/" + offset;
    }
}
