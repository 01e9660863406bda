package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.kafka.CatalogueTopics;
import io.github.eventgateway.kafka.KafkaAdmin;
import io.github.eventgateway.kafka.KafkaWatch;
import io.github.eventgateway.kafka.TopicCreator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.ExchangeProperty;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.springframework.stereotype.Component;

/**
 * Asks Kafka for its state, and adds details for callers that may read events. It is a bean because YAML cannot call
 * Kafka with a time limit and without blocking a thread.
 */
@Component("kafkaStatus")
public class KafkaStatus {

    private static final String DETAILS_SCOPE = "events:read";

    /** Details that are unknown at this time are omitted. The answer must come within 2.5 s. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final ConsumerGroups consumers;
    private final TopicCreator creator;
    private final KafkaWatch watch;
    private final UnstoredTopics unstored;
    private final SingleFlight<Cluster> cluster = new SingleFlight<>(this::askCluster);
    private final SingleFlight<Report> report = new SingleFlight<>(this::askAll);

    public KafkaStatus(
            KafkaAdmin admin,
            CatalogueTopics topics,
            ConsumerGroups consumers,
            TopicCreator creator,
            KafkaWatch watch,
            UnstoredTopics unstored) {
        this.admin = admin;
        this.topics = topics;
        this.consumers = consumers;
        this.creator = creator;
        this.watch = watch;
        this.unstored = unstored;
    }

    /**
     * The answer. All fields but the status are null for callers that may not read events, or if Kafka does not answer.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    record Report(
            String status,
            String clusterId,
            List<Broker> brokers,
            List<TopicItem> topics,
            List<ConsumerGroups.Progress> consumers,
            String problem) {}

    record Broker(int id, String host, int port) {}

    private record Cluster(String id, List<Broker> brokers) {}

    /**
     * Returns the status: {@code enabled}, {@code unavailable} if no broker answers within 2 s, or {@code disabled}.
     * With the scope {@code events:read} it includes cluster, topics and consumers. Never fails; completes within 2.5 s
     * on its own thread. Concurrent callers share one request to Kafka.
     */
    public CompletionStage<Object> status(@ExchangeProperty(CallProperties.SCOPES) Set<String> scopes) {
        if (!admin.isEnabled()) {
            return CompletableFuture.completedFuture(bare("disabled"));
        }
        CompletableFuture<Report> asked = scopes != null && scopes.contains(DETAILS_SCOPE)
                ? report.get()
                : cluster.get().thenApply(found -> bare(status(found)));
        return admin.answer(asked.thenApply(Object.class::cast));
    }

    private static Report bare(String status) {
        return new Report(status, null, null, null, null, null);
    }

    private static String status(Cluster cluster) {
        return cluster == null || cluster.brokers.isEmpty() ? "unavailable" : "enabled";
    }

    private CompletableFuture<Report> askAll() {
        CompletableFuture<Cluster> found = cluster.get();
        CompletableFuture<List<TopicItem>> states =
                orNull(admin.describe(topics.withDeadLetters()).thenApply(this::states));
        CompletableFuture<List<ConsumerGroups.Progress>> progress = consumers.progress(LIMIT);
        return CompletableFuture.allOf(found, states, progress).thenApply(done -> {
            Cluster known = found.join();
            return new Report(
                    status(known),
                    known == null ? null : known.id,
                    known == null ? null : known.brokers,
                    states.join(),
                    progress.join(),
                    problem());
        });
    }

    private String problem() {
        String problem = Stream.of(
                        creator.problem().stream(), watch.problems().stream(), unstored.problems().values().stream())
                .flatMap(problems -> problems)
                .distinct()
                .collect(Collectors.joining(". "));
        return problem.isEmpty() ? null : problem;
    }

    private CompletableFuture<Cluster> askCluster() {
        CompletableFuture<Cluster> asked = admin.call(client -> {
            DescribeClusterResult result = client.describeCluster();
            return result.nodes()
                    .toCompletionStage()
                    .thenCombine(
                            result.clusterId().toCompletionStage(),
                            (nodes, id) -> new Cluster(
                                    id, nodes.stream().map(KafkaStatus::broker).toList()));
        });
        return orNull(asked);
    }

    private static <T> CompletableFuture<T> orNull(CompletableFuture<T> future) {
        return future.exceptionally(failure -> null).completeOnTimeout(null, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Broker broker(Node node) {
        return new Broker(node.id(), node.host(), node.port());
    }

    private List<TopicItem> states(Map<String, TopicDescription> found) {
        return topics.withDeadLetters().stream()
                .map(found::get)
                .filter(Objects::nonNull)
                .map(TopicItem::of)
                .toList();
    }
}
