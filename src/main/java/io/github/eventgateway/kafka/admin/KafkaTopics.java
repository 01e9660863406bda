package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.kafka.KafkaAdmin;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.Header;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.springframework.stereotype.Component;

/** Describes the topics of the Kafka cluster for the routes that show them. Answers come on its own threads. */
@Component("kafkaTopics")
public class KafkaTopics {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Duration LIMIT = Duration.ofMillis(2500);

    /** Offsets and configuration are omitted if a partition without a leader would delay the rest. */
    private static final Duration PARTS_LIMIT = Duration.ofMillis(1200);

    private final KafkaAdmin admin;
    private final SingleFlight<Object> list = new SingleFlight<>(this::askList);

    public KafkaTopics(KafkaAdmin admin) {
        this.admin = admin;
    }

    record TopicList(List<TopicItem> items) {}

    /**
     * @param configuration the settings that differ from the defaults of Kafka; null if unknown
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record TopicDetails(String name, List<PartitionDetails> partitions, Map<String, String> configuration) {}

    /**
     * @param leader the broker id of the leader; null without one
     * @param beginOffset the offset of the first record; null if unknown
     * @param endOffset the offset of the next record; null if unknown
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonNaming(SnakeCaseStrategy.class)
    record PartitionDetails(
            int partition,
            Integer leader,
            List<Integer> replicas,
            List<Integer> isr,
            Long beginOffset,
            Long endOffset) {}

    /** Returns the topics by name, without Kafka's internal ones. Fails with {@code KAFKA_UNAVAILABLE} within 3 s. */
    public CompletionStage<Object> list() {
        return admin.answer(list.get().copy(), LIMIT);
    }

    /**
     * Returns one topic. Fails with {@code NOT_FOUND} if it does not exist, and with {@code KAFKA_UNAVAILABLE} within 3
     * s.
     *
     * @throws GatewayException {@code INVALID_PARAMETER} if no topic can have this name
     */
    public CompletionStage<Object> topic(@Header("name") String name) {
        if (name == null || !NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new GatewayException(
                    Reason.INVALID_PARAMETER, "name", "must be 1 to 249 of A-Z a-z 0-9 . _ - and not . or ..");
        }
        return admin.answer(admin.describe(List.of(name)).thenCompose(found -> details(found.get(name))), LIMIT);
    }

    private CompletableFuture<Object> askList() {
        return admin.ask(client -> client.listTopics().names())
                .thenCompose(admin::describe)
                .thenApply(found -> new TopicList(found.values().stream()
                        .map(TopicItem::of)
                        .sorted(Comparator.comparing(TopicItem::name))
                        .toList()));
    }

    private CompletionStage<Object> details(TopicDescription topic) {
        if (topic == null) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        List<TopicPartition> partitions = topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList();
        CompletableFuture<Map<TopicPartition, Long>> begins =
                orElse(ConsumerGroups.offsets(admin, partitions, OffsetSpec.earliest()), Map.of());
        CompletableFuture<Map<TopicPartition, Long>> ends =
                orElse(ConsumerGroups.offsets(admin, partitions, OffsetSpec.latest()), Map.of());
        CompletableFuture<Map<String, String>> configuration = orElse(configuration(topic.name()), null);
        return CompletableFuture.allOf(begins, ends, configuration)
                .thenApply(done -> new TopicDetails(
                        topic.name(),
                        topic.partitions().stream()
                                .map(partition -> partition(topic.name(), partition, begins.join(), ends.join()))
                                .toList(),
                        configuration.join()));
    }

    private static PartitionDetails partition(
            String topic, TopicPartitionInfo info, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        TopicPartition partition = new TopicPartition(topic, info.partition());
        boolean led = info.leader() != null && !info.leader().isEmpty();
        return new PartitionDetails(
                info.partition(),
                led ? info.leader().id() : null,
                info.replicas().stream().map(Node::id).toList(),
                info.isr().stream().map(Node::id).toList(),
                begins.get(partition),
                ends.get(partition));
    }

    private CompletableFuture<Map<String, String>> configuration(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.ask(client ->
                        client.describeConfigs(List.of(resource)).values().get(resource))
                .thenApply(KafkaTopics::notDefault);
    }

    private static Map<String, String> notDefault(Config config) {
        Map<String, String> entries = new TreeMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (!entry.isDefault() && !entry.isSensitive()) {
                entries.put(entry.name(), entry.value());
            }
        }
        return entries;
    }

    private static <T> CompletableFuture<T> orElse(CompletableFuture<T> future, T otherwise) {
        return future.exceptionally(failure -> otherwise)
                .completeOnTimeout(otherwise, PARTS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
