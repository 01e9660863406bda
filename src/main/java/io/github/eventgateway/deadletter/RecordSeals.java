package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.seal.RecordSeal;
import io.github.eventgateway.seal.SharedSecret;
import org.apache.kafka.common.header.Headers;
import org.springframework.stereotype.Component;

/**
 * Verifies which headers of replays and dead letters a gateway wrote. Headers without a proof belong to the producer
 * and have no effect. Any thread.
 */
@Component
class RecordSeals {

    private final RecordSeal deadLetters;
    private final RecordSeal replays;

    RecordSeals(SharedSecret secret) {
        this.deadLetters = new RecordSeal(secret.keys("dead letter"), DeadLetterHeaders.SEAL, DeadLetterHeaders.SEALED);
        this.replays =
                new RecordSeal(secret.keys("replay"), DeadLetterHeaders.REPLAY_SEAL, DeadLetterHeaders.REPLAY_SEALED);
    }

    void sealDeadLetter(String topic, byte[] key, byte[] value, Headers headers) {
        deadLetters.put(topic, key, value, headers);
    }

    void sealReplay(String topic, byte[] key, byte[] value, Headers headers) {
        replays.put(topic, key, value, headers);
    }

    boolean isDeadLetter(PolledRecord record) {
        return deadLetters.holds(record.topic(), record.key(), record.value(), record.headers());
    }

    boolean isReplay(PolledRecord record) {
        return isReplay(record.topic(), record.key(), record.value(), record.headers());
    }

    boolean isReplay(String topic, byte[] key, byte[] value, Headers headers) {
        return replays.holds(topic, key, value, headers);
    }
}
