package io.github.eventgateway.deadletter;

import io.github.eventgateway.seal.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Creates headers that only a gateway can create. */
public final class SealedRecords {

    private SealedRecords() {}

    /** Returns the sealed headers of a replay of this record. */
    public static Headers replay(
            SharedSecret secret, String topic, byte[] key, byte[] value, Map<String, String> replayHeaders) {
        Headers headers = unsealed(replayHeaders);
        new RecordSeals(secret).sealReplay(topic, key, value, headers);
        return headers;
    }

    /** Returns the same headers without a seal, as any program can write them. */
    public static Headers unsealed(Map<String, String> replayHeaders) {
        List<Header> headers = replayHeaders.entrySet().stream()
                .map(entry -> (Header) new org.apache.kafka.common.header.internals.RecordHeader(
                        entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
        return new RecordHeaders(headers);
    }
}
