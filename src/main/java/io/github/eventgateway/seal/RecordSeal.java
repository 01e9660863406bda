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

    private final List<MacKey> keys;
    private final String name;
    private final List<String> sealed;

    /**
     * @param keys the keys for only these headers: the first one writes the proof, each one is accepted
     * @param name the header with the proof
     * @param sealed the names of the sealed headers
     */
    public RecordSeal(List<MacKey> keys, String name, List<String> sealed) {
        this.keys = List.copyOf(keys);
        this.name = name;
        this.sealed = List.copyOf(sealed);
    }

    /** Adds the proof to the headers of this record. */
    public void put(String topic, byte[] recordKey, byte[] value, Headers headers) {
        headers.add(name, proof(keys.get(0), fields(topic, recordKey, value, headers)));
    }

    /** Returns whether a gateway wrote the last header of each sealed name for this record. */
    public boolean holds(String topic, byte[] recordKey, byte[] value, Headers headers) {
        Header proof = headers.lastHeader(name);
        if (proof == null || proof.value() == null) {
            return false;
        }
        byte[][] fields = fields(topic, recordKey, value, headers);
        return keys.stream().anyMatch(key -> MessageDigest.isEqual(proof.value(), proof(key, fields)));
    }

    private byte[][] fields(String topic, byte[] recordKey, byte[] value, Headers headers) {
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
        return fields.toArray(byte[][]::new);
    }

    private static byte[] proof(MacKey key, byte[][] fields) {
        return Base64.getUrlEncoder().withoutPadding().encode(key.of(fields));
    }
}
