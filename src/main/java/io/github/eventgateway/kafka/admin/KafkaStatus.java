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
 * Says whether Kafka is there, by asking it now, and to those who may read events also what it looks like. A bean since
 * YAML cannot ask Kafka, bound the wait, and hold no thread meanwhile.
 */
@Component("kafkaStatus")
public class KafkaStatus {

    private static final String DETAILS_SCOPE = "events:read";

    /** What is not known by then is left out; the answer is promised within 2.5 s. */
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

    /** What is answered; all but the status is null for those who may not read events, or where Kafka did not tell. */
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
     * The status: {@code enabled}, {@code unavailable} when no broker answers within 2 s, or {@code disabled}; with the
     * cluster, the topics and the consumers where the scopes hold {@code events:read}. Never fails; there within 2.5 s,
     * on a thread of its own. Concurrent callers share one look at Kafka.
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
