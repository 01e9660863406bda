package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * A topic at a glance.
 *
 * @param partitions how many it has
 * @param replicas how many copies a partition is to have
 * @param underReplicated how many partitions have fewer copies in sync
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
