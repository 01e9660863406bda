package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.CutHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What is kept of a record whose dead letter Kafka does not take, since it is too large: the first bytes of key and value,
 * as many of its headers as are small, and length and SHA-256 of its value, by which the record is known again while Kafka
 * has it.
 *
 * @param length the length of the record's value in bytes; negative where it has none
 * @param sha256 the SHA-256 of the value in hexadecimal; of no bytes where it has none; {@value #UNREAD} where it was not read
 *     whole, and cannot be known again
 */
record DeadLetterStub(long length, String sha256) {

    static final int HEAD = 1024;
    static final String UNREAD = "unread";

    private static final int MOST_HEADERS = 64;
    private static final int LARGEST_HEADER = 1024;
    private static final int MOST_HEADER_BYTES = 8192;

    /** The stub instead of a dead letter, with the headers that say what it is of; its proof is yet to be made. */
    OutgoingRecord in(OutgoingRecord whole, boolean isReplay) {
        Set<String> ofDeadLetters = new HashSet<>(DeadLetterHeaders.OF_DEAD_LETTERS);
        Headers own = DeadLetterHeaders.withoutLast(whole.headers(), ofDeadLetters);
        if (!isReplay) {
            DeadLetterHeaders.OF_REPLAYS.forEach(own::remove);
        }
        DeadLetterHeaders.OF_STUBS.forEach(own::remove);
        ofDeadLetters.remove(DeadLetterHeaders.SEAL);
        Headers headers = new RecordHeaders(small(own));
        for (Header header : last(whole.headers(), ofDeadLetters)) {
            headers.add(header);
        }
        addTo(headers);
        return new OutgoingRecord(whole.topic(), head(whole.key()), head(whole.value()), headers);
    }

    /** What these headers of a dead letter say; null where it is whole. */
    static DeadLetterStub in(Headers headers) {
        OptionalLong length = DeadLetterHeaders.number(headers, DeadLetterHeaders.STUB_LENGTH);
        String sha256 = DeadLetterHeaders.text(headers, DeadLetterHeaders.STUB_SHA256);
        return length.isEmpty() || sha256 == null ? null : new DeadLetterStub(length.getAsLong(), sha256);
    }

    /** Whether it is the stub of a record with this value. */
    boolean isOf(byte[] value) {
        return equals(describe(value));
    }

    /** Of a record of which only the beginning was read. */
    static DeadLetterStub ofUnread(CutHeaders headers) {
        return new DeadLetterStub(headers.length(), UNREAD);
    }

    void addTo(Headers headers) {
        DeadLetterHeaders.add(headers, DeadLetterHeaders.STUB_LENGTH, length);
        DeadLetterHeaders.add(headers, DeadLetterHeaders.STUB_SHA256, sha256);
    }

    static DeadLetterStub describe(byte[] value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value == null ? new byte[0] : value);
            return new DeadLetterStub(
                    value == null ? -1 : value.length, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static byte[] head(byte[] bytes) {
        return bytes == null || bytes.length <= HEAD ? bytes : Arrays.copyOf(bytes, HEAD);
    }

    /** Those that fit, in their order; the last ones first, since a replay's stand at the end. */
    private static List<Header> small(Headers headers) {
        Header[] all = headers.toArray();
        List<Header> kept = new ArrayList<>();
        int bytes = 0;
        for (int at = all.length - 1; at >= 0 && kept.size() < MOST_HEADERS; at--) {
            int size = all[at].key().length() * 3 + (all[at].value() == null ? 0 : all[at].value().length);
            if (size <= LARGEST_HEADER && bytes + size <= MOST_HEADER_BYTES) {
                kept.add(all[at]);
                bytes += size;
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    private static List<Header> last(Headers headers, Set<String> names) {
        return Arrays.stream(headers.toArray())
                .filter(header -> names.contains(header.key()) && header == headers.lastHeader(header.key()))
                .toList();
    }
}
