package io.github.eventgateway.seal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.stereotype.Component;

/**
 * Writes the publisher of an event to the headers of its record, with a proof that a gateway wrote it. The proof holds
 * only for this topic, key, value and publisher. A program with access to Kafka can repeat the complete record, which
 * is the same event and is stored once. It cannot claim the publisher for another event. Immutable; any thread.
 */
@Component
public final class PublisherSeal {

    /** The header with the subject of the token that published the event. */
    public static final String PUBLISHER = "publisher";

    /** The header with the proof. */
    public static final String SEAL = "publisher-seal";

    private final RecordSeal seal;

    PublisherSeal(SharedSecret secret) {
        this.seal = new RecordSeal(secret.keys("publisher"), SEAL, List.of(PUBLISHER));
    }

    /**
     * Returns the headers of the record by name.
     *
     * @param publisher null without a token: the record then has no such headers
     */
    public Map<String, byte[]> headers(String publisher, String topic, byte[] recordKey, byte[] value) {
        if (publisher == null) {
            return Map.of();
        }
        Headers headers = new RecordHeaders();
        put(publisher, topic, recordKey, value, headers);
        return Map.of(
                PUBLISHER,
                headers.lastHeader(PUBLISHER).value(),
                SEAL,
                headers.lastHeader(SEAL).value());
    }

    /** Adds the headers to those of the record. */
    public void put(String publisher, String topic, byte[] recordKey, byte[] value, Headers headers) {
        headers.add(PUBLISHER, publisher.getBytes(StandardCharsets.UTF_8));
        seal.put(topic, recordKey, value, headers);
    }

    /** Returns the publisher of the event, or null if no gateway proves it. */
    public String publisher(String topic, byte[] recordKey, byte[] value, Headers headers) {
        return headers.lastHeader(PUBLISHER) != null
                        && headers.lastHeader(PUBLISHER).value() != null
                        && seal.holds(topic, recordKey, value, headers)
                ? new String(headers.lastHeader(PUBLISHER).value(), StandardCharsets.UTF_8)
                : null;
    }
}
