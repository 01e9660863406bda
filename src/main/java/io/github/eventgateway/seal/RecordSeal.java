package io.github.eventgateway.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Proves that a gateway wrote some headers of a record: whoever may write to a topic can write such headers, too. The
 * proof is a header with a MAC of the topic, the record's key and value, and the last header of each name that is sealed,
 * so that it holds for no other record. A sealed name that a later version adds changes nothing for records without it.
 * Immutable; any thread.
 */
public final class RecordSeal {

    private final MacKey key;
    private final String name;
    private final List<String> sealed;

    /**
     * @param key the key of these headers and no others
     * @param name the header that holds the proof
     * @param sealed the headers that it is of
     */
    public RecordSeal(MacKey key, String name, List<String> sealed) {
        this.key = key;
        this.name = name;
        this.sealed = List.copyOf(sealed);
    }

    /** Adds the proof to the headers of this record. */
    public void put(String topic, byte[] recordKey, byte[] value, Headers headers) {
        headers.add(name, proof(topic, recordKey, value, headers));
    }

    /** Whether the last header of each sealed name was written by a gateway, for this record. */
    public boolean holds(String topic, byte[] recordKey, byte[] value, Headers headers) {
        Header proof = headers.lastHeader(name);
        return proof != null
                && proof.value() != null
                && MessageDigest.isEqual(proof.value(), proof(topic, recordKey, value, headers));
    }

    private byte[] proof(String topic, byte[] recordKey, byte[] value, Headers headers) {
        List<byte[]> fields = new ArrayList<>();
        fields.add(topic.getBytes(UTF_8));
        fields.add(recordKey);
        fields.add(value);
        for (String one : sealed) {
            Header header = headers.lastHeader(one);
            if (header != null) {
                fields.add(one.getBytes(US_ASCII));
                fields.add(header.value());
            }
        }
        return Base64.getUrlEncoder().withoutPadding().encode(key.of(fields.toArray(byte[][]::new)));
    }
}
