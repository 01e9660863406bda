package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * A topic in the list.
 *
 * @param partitions the number of partitions
 * @param replicas the number of replicas of each partition
 * @param underReplicated the number of partitions with too few in-sync replicas
 */
@JsonNaming(SnakeCaseStrategy.class)
record TopicItem(String name, int partitions, int replicas, long underReplicated) {

    static TopicItem of(TopicDescription topic) {
        return new TopicItem(
                topic.name(),
                topic.partitions().size(),
                topic.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .max()
                        .orElse(0),
                topic.partitions().stream()
                        .filter(partition ->
                                partition.isr().size() < partition.replicas().size())
                        .count());
    }
}
