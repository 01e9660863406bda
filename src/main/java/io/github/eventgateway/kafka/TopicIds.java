package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.springframework.stereotype.Component;

/**
 * The ids of topics: Kafka gives each topic another one, so a topic that is deleted and made again, or that lies in another
 * cluster, is told from the one that had its name before. For poll threads; any thread that may wait.
 */
@Component
public class TopicIds {

    /**
     * How long an answer is good. The records of a topic that is made again within it get the id of the old one: where they
     * are read again, they get another, which matters only where a gateway was killed between its commits, too.
     */
    private static final long KNOWN_FOR = Duration.ofSeconds(1).toNanos();

    private final KafkaAdmin admin;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    TopicIds(KafkaAdmin admin) {
        this.admin = admin;
    }

    private record Known(Uuid id, long since) {

        boolean isFresh() {
            return System.nanoTime() - since < KNOWN_FOR;
        }
    }

    /**
     * The id of the topic that has this name now; brokers before 2.8 know none, and say zero.
     *
     * @throws KafkaException if Kafka does not tell
     */
    public Uuid of(String topic) {
        Known last = known.get(topic);
        if (last != null && last.isFresh()) {
            return last.id();
        }
        long now = System.nanoTime();
        Uuid id = ask(topic);
        known.put(topic, new Known(id, now));
        return id;
    }

    private Uuid ask(String topic) {
        try {
            TopicDescription found = admin.describe(List.of(topic)).join().get(topic);
            if (found == null) {
                throw new UnknownTopicOrPartitionException("Kafka does not show topic " + topic);
            }
            return found.topicId();
        } catch (CompletionException e) {
            throw new KafkaException("Kafka does not tell the id of topic " + topic, KafkaAdmin.cause(e));
        }
    }
}
