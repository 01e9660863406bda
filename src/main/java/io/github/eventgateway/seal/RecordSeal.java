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
 * Proves that a gateway wrote some headers of a record. Without proof any program that may write to the topic could
 * write them. The proof is a header with a MAC of the topic, of key and value of the record, and of the last header of
 * each sealed name, so it is not valid for another record. If a later version seals further names, records without them
 * keep a valid proof. Immutable; any thread.
 */
public final class RecordSeal {

    private final MacKey key;
    private final String name;
    private final List<String> sealed;

    /**
     * @param key the key for only these headers
     * @param name the header with the proof
     * @param sealed the names of the sealed headers
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

    /** Returns whether a gateway wrote the last header of each sealed name for this record. */
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
