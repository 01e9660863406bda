package io.github.eventgateway.kafka;

import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.springframework.stereotype.Component;

/** The topics of the event catalogue as Kafka has them. Any thread. */
@Component
class CatalogueTopics {

    private final KafkaAdmin admin;
    private final List<String> names;
    private final List<String> deadLetterNames;

    CatalogueTopics(EventCatalogue catalogue, KafkaAdmin admin) {
        this.admin = admin;
        this.names = catalogue.topics().stream().map(Topic::name).toList();
        this.deadLetterNames =
                catalogue.topics().stream().map(Topic::deadLetterName).toList();
    }

    boolean isDeadLetter(String name) {
        return deadLetterNames.contains(name);
    }

    List<String> withDeadLetters() {
        return Stream.concat(names.stream(), deadLetterNames.stream()).toList();
    }

    /**
     * Why events cannot be taken, a sentence each; empty when every topic of events is there with a leader for each
     * partition. Fails where Kafka does not tell.
     */
    CompletableFuture<List<String>> problems() {
        return admin.describe(names).thenApply(this::problems);
    }

    List<String> problems(Map<String, TopicDescription> found) {
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            TopicDescription topic = found.get(name);
            if (topic == null) {
                problems.add("topic " + name + " is missing");
            } else if (!isLed(topic)) {
                problems.add("topic " + name + " has a partition without a leader");
            }
        }
        return problems;
    }

    static boolean isLed(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(partition ->
                        partition.leader() != null && !partition.leader().isEmpty());
    }
}
