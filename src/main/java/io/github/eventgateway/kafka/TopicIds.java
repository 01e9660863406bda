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
 * Finds the ids of topics. Kafka gives each topic a new id, so the id differs if a topic was created again or is in
 * another cluster. For poll threads; any thread that may wait.
 */
@Component
public class TopicIds {

    /**
     * The time for which an answer is valid. Records of a topic that is created again within this time are stored with
     * the id of the old topic. If they are read again later, they get the new id. This matters only if the gateway is
     * also killed between its commits.
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
     * Returns the current id of the topic with this name. Brokers before 2.8 return zero.
     *
     * @throws KafkaException if Kafka does not answer
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
                throw new UnknownTopicOrPartitionException("Kafka does not describe topic " + topic);
            }
            return found.topicId();
        } catch (CompletionException e) {
            throw new KafkaException("Kafka does not return the id of topic " + topic, KafkaAdmin.cause(e));
        }
    }
}
