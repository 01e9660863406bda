package io.github.eventgateway.kafka;

import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Checks the topics of the event catalogue in Kafka. Any thread. */
@Component
public class CatalogueTopics {

    private final KafkaAdmin admin;
    private final List<String> names;
    private final List<String> deadLetterNames;
    private final boolean acceptsEvents;

    CatalogueTopics(
            EventCatalogue catalogue, KafkaAdmin admin, @Value("${gateway.role.ingest.on}") boolean acceptsEvents) {
        this.admin = admin;
        this.acceptsEvents = acceptsEvents;
        this.names = catalogue.topics().stream().map(Topic::name).toList();
        this.deadLetterNames =
                catalogue.topics().stream().map(Topic::deadLetterName).toList();
    }

    boolean isDeadLetter(String name) {
        return deadLetterNames.contains(name);
    }

    /** Returns the topics of the catalogue and their dead-letter topics. */
    public List<String> withDeadLetters() {
        return Stream.concat(names.stream(), deadLetterNames.stream()).toList();
    }

    /**
     * Returns why no event can be sent, a sentence for each problem. Empty if every event topic that the user of the
     * gateway may see exists and has a leader for each partition. Fails if Kafka does not answer.
     */
    CompletableFuture<List<String>> problems() {
        return admin.look(names).thenApply(this::problems);
    }

    /** An invisible topic does not prevent events of other topics: Kafka rejects a send to it at once. */
    List<String> problems(KafkaAdmin.Topics seen) {
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            TopicDescription topic = seen.found().get(name);
            if (topic != null && !isLed(topic)) {
                problems.add("topic " + name + " has a partition without a leader");
            } else if (topic == null && !seen.refused().contains(name)) {
                problems.add("topic " + name + " is missing");
            }
        }
        return problems;
    }

    /**
     * Returns the event topics that the user of the gateway may not see, or may not write to although this instance
     * accepts events.
     */
    List<String> refusals(KafkaAdmin.Topics seen) {
        List<String> refusals = new ArrayList<>();
        for (String name : names) {
            if (acceptsEvents && isClosed(seen, name)) {
                refusals.add(KafkaFailures.mayNotWrite(name));
            } else if (seen.refused().contains(name)) {
                refusals.add(KafkaFailures.mayNotSee(name));
            }
        }
        return refusals;
    }

    /** Returns the dead-letter topics that the user of the gateway may not write to. */
    Set<String> closedDeadLetters(KafkaAdmin.Topics seen) {
        return deadLetterNames.stream().filter(name -> isClosed(seen, name)).collect(Collectors.toSet());
    }

    private static boolean isClosed(KafkaAdmin.Topics seen, String name) {
        TopicDescription topic = seen.found().get(name);
        if (topic == null) {
            return seen.refused().contains(name);
        }
        // A broker before 2.3 does not report this.
        return topic.authorizedOperations() != null
                && !topic.authorizedOperations().contains(AclOperation.WRITE);
    }

    static boolean isLed(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(partition ->
                        partition.leader() != null && !partition.leader().isEmpty());
    }
}
