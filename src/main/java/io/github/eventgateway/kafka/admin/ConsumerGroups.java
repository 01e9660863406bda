package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.eventgateway.kafka.ConsumerProblems;
import io.github.eventgateway.kafka.ConsumerStalls;
import io.github.eventgateway.kafka.ConsumerStalls.Standing;
import io.github.eventgateway.kafka.KafkaAdmin;
import io.github.eventgateway.kafka.KafkaFailures;
import io.github.eventgateway.kafka.Subscriptions;
import io.github.eventgateway.kafka.Subscriptions.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.springframework.stereotype.Component;

/** The progress of the routes that consume from Kafka. Any thread. */
@Component
public class ConsumerGroups {

    private final Subscriptions routes;
    private final KafkaAdmin admin;
    private final ConsumerProblems problems;
    private final ConsumerStalls stalls;

    public ConsumerGroups(Subscriptions routes, KafkaAdmin admin, ConsumerProblems problems, ConsumerStalls stalls) {
        this.routes = routes;
        this.admin = admin;
        this.problems = problems;
        this.stalls = stalls;
    }

    /**
     * The consumption of one topic by a route.
     *
     * @param lag the number of unprocessed records; null if unknown
     * @param state the state of the group in Kafka, {@code Stable} if it works; null if unknown
     * @param problem why the group is stalled or fails; null without a problem
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Progress(
            String route,
            String group,
            String topic,
            Long lag,
            String state,
            @JsonInclude(JsonInclude.Include.NON_NULL) String problem) {}

    /**
     * @param problem why the state is unknown; null if it is known
     */
    private record GroupState(String state, String problem) {}

    /** Returns the progress of each consuming route of this instance within this time; never fails. */
    CompletableFuture<List<Progress>> progress(Duration within) {
        List<Subscription> subscriptions = routes.running();
        if (subscriptions.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Set<String> groups = subscriptions.stream().map(Subscription::group).collect(Collectors.toSet());
        Set<String> names = subscriptions.stream().map(Subscription::topic).collect(Collectors.toSet());
        CompletableFuture<Map<String, GroupState>> states = orEmpty(states(groups), within);
        CompletableFuture<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed =
                orEmpty(committed(groups), within);
        CompletableFuture<Map<TopicPartition, Range>> ranges =
                orEmpty(admin.describe(names).thenCompose(this::ranges), within);
        stalls.retain(subscriptions.stream().map(Subscription::place).toList());
        return CompletableFuture.allOf(states, committed, ranges).thenApply(done -> subscriptions.stream()
                .map(subscription -> progress(
                        subscription,
                        standings(subscription.topic(), committed.join().get(subscription.group()), ranges.join()),
                        states.join().getOrDefault(subscription.group(), new GroupState(null, null))))
                .toList());
    }

    private Progress progress(Subscription of, Map<TopicPartition, Standing> standings, GroupState group) {
        Long lag = null;
        if (standings != null) {
            stalls.see(of.place(), standings);
            lag = standings.values().stream().mapToLong(Standing::lag).sum();
        }
        String problem = group.problem != null ? group.problem : problem(of).orElse(null);
        return new Progress(of.route(), of.group(), of.topic(), lag, group.state, problem);
    }

    private Optional<String> problem(Subscription of) {
        return Stream.of(stalls.of(of.place()), problems.of(of.group(), of.topic()))
                .flatMap(Optional::stream)
                .reduce((stall, cause) -> stall + ". " + cause);
    }

    /** Returns the problems of the consuming routes by route; never blocks. */
    Map<String, String> problems() {
        Map<String, String> found = new TreeMap<>();
        for (Subscription one : routes.running()) {
            problem(one).ifPresent(sentence -> found.put(one.route(), sentence));
        }
        return found;
    }

    private CompletableFuture<Map<String, GroupState>> states(Set<String> groups) {
        return admin.call(client -> known(
                client.describeConsumerGroups(groups).describedGroups(),
                (group, failure) -> group != null
                        ? new GroupState(group.groupState().toString(), null)
                        : KafkaAdmin.cause(failure) instanceof AuthorizationException
                                ? new GroupState(null, KafkaFailures.sentence(failure))
                                : null));
    }

    private CompletableFuture<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed(Set<String> groups) {
        return admin.call(client -> {
            var result = client.listConsumerGroupOffsets(groups.stream()
                    .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec())));
            return known(groups.stream()
                    .collect(Collectors.toMap(Function.identity(), result::partitionsToOffsetAndMetadata)));
        });
    }

    /**
     * @param stable the beginning of the first open transaction; the end if no transaction is open
     */
    private record Range(Long begin, Long stable, Long end) {}

    private CompletableFuture<Map<TopicPartition, Range>> ranges(Map<String, TopicDescription> topics) {
        List<TopicPartition> partitions = topics.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        CompletableFuture<Map<TopicPartition, Long>> begins = offsets(admin, partitions, OffsetSpec.earliest());
        CompletableFuture<Map<TopicPartition, Long>> stables =
                offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        CompletableFuture<Map<TopicPartition, Long>> ends = offsets(admin, partitions, OffsetSpec.latest());
        return CompletableFuture.allOf(begins, stables, ends).thenApply(done -> partitions.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        partition -> new Range(
                                begins.join().get(partition),
                                stables.join().get(partition),
                                ends.join().get(partition)))));
    }

    /** Returns the offsets of the partitions whose leader answers. */
    static CompletableFuture<Map<TopicPartition, Long>> offsets(
            KafkaAdmin admin, List<TopicPartition> partitions, OffsetSpec which) {
        return offsets(admin, partitions, which, IsolationLevel.READ_UNCOMMITTED);
    }

    private static CompletableFuture<Map<TopicPartition, Long>> offsets(
            KafkaAdmin admin, List<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
        return admin.call(client -> {
                    var result = client.listOffsets(
                            partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which)),
                            new ListOffsetsOptions(isolation));
                    return known(partitions.stream()
                            .collect(Collectors.toMap(Function.identity(), result::partitionResult)));
                })
                .thenApply(infos -> infos.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().offset())));
    }

    /** Returns the results of the futures that did not fail. */
    private static <K, V> CompletableFuture<Map<K, V>> known(Map<K, KafkaFuture<V>> futures) {
        return known(futures, (value, failure) -> value);
    }

    private static <K, V, R> CompletableFuture<Map<K, R>> known(
            Map<K, KafkaFuture<V>> futures, BiFunction<V, Throwable, R> reading) {
        Map<K, R> known = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> all = futures.entrySet().stream()
                .map(entry -> entry.getValue()
                        .toCompletionStage()
                        .<Void>handle((value, failure) -> {
                            R read = reading.apply(value, failure);
                            if (read != null) {
                                known.put(entry.getKey(), read);
                            }
                            return null;
                        })
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> known);
    }

    private static <K, V> CompletableFuture<Map<K, V>> orEmpty(CompletableFuture<Map<K, V>> map, Duration within) {
        return map.exceptionally(failure -> Map.of())
                .completeOnTimeout(Map.of(), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the state of a group in each partition of a topic; null if unknown. */
    private static Map<TopicPartition, Standing> standings(
            String topic, Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Range> ranges) {
        Map<TopicPartition, Range> here = new HashMap<>(ranges);
        here.keySet().removeIf(partition -> !partition.topic().equals(topic));
        if (committed == null || here.isEmpty()) {
            return null;
        }
        Map<TopicPartition, Standing> standings = new HashMap<>();
        for (Map.Entry<TopicPartition, Range> partition : here.entrySet()) {
            Range range = partition.getValue();
            if (range.begin == null || range.stable == null || range.end == null) {
                return null;
            }
            standings.put(partition.getKey(), standing(range, committed.get(partition.getKey())));
        }
        return standings;
    }

    /** A partition without a commit is read from its beginning. */
    private static Standing standing(Range range, OffsetAndMetadata committed) {
        long offset = committed == null ? -1 : committed.offset();
        long next = Math.max(range.begin, offset);
        return new Standing(offset, Math.max(0, range.end - next), next >= range.stable);
    }
}
