package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Sha256;
import io.github.eventgateway.kafka.CutHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The stub of a record that is too large for its dead-letter topic: the first bytes of key and value, the small
 * headers, and length and SHA-256 of the value. With these the record is recognised while Kafka has it.
 *
 * @param length the length of the value in bytes; negative without a value, or if unknown
 * @param sha256 the SHA-256 of the value in hexadecimal, or of no bytes without a value; {@value #UNREAD} if the value
 *     was not read completely and cannot be recognised
 */
record DeadLetterStub(long length, String sha256) {

    static final int HEAD = 1024;
    static final String UNREAD = "unread";

    private static final int MOST_HEADERS = 64;
    private static final int LARGEST_HEADER = 1024;
    private static final int MOST_HEADER_BYTES = 8192;

    /** Returns the record of the stub with its headers. The seal is added later. */
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

    /** Reads the stub from the headers of a dead letter; null if the record is complete. */
    static DeadLetterStub in(Headers headers) {
        OptionalLong length = DeadLetterHeaders.number(headers, DeadLetterHeaders.STUB_LENGTH);
        String sha256 = DeadLetterHeaders.text(headers, DeadLetterHeaders.STUB_SHA256);
        return length.isEmpty() || sha256 == null ? null : new DeadLetterStub(length.getAsLong(), sha256);
    }

    /** Returns whether this is the stub of a record with this value. */
    boolean isOf(byte[] value) {
        return equals(describe(value));
    }

    /** Returns whether the record was not read completely, so that it cannot be recognised. */
    boolean isUnread() {
        return UNREAD.equals(sha256);
    }

    /** Returns the stub of a record that was not read completely. */
    static DeadLetterStub ofUnread(CutHeaders headers) {
        return new DeadLetterStub(headers.length(), UNREAD);
    }

    void addTo(Headers headers) {
        DeadLetterHeaders.add(headers, DeadLetterHeaders.STUB_LENGTH, length);
        DeadLetterHeaders.add(headers, DeadLetterHeaders.STUB_SHA256, sha256);
    }

    static DeadLetterStub describe(byte[] value) {
        return value == null
                ? new DeadLetterStub(-1, Sha256.hex(new byte[0]))
                : new DeadLetterStub(value.length, Sha256.hex(value));
    }

    private static byte[] head(byte[] bytes) {
        return bytes == null || bytes.length <= HEAD ? bytes : Arrays.copyOf(bytes, HEAD);
    }

    /**
     * Returns the headers that fit in their order. The last ones have priority, because those of a replay are at the
     * end.
     */
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
