package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Checks Kafka regularly as the user of the gateway, so that health and status answer without a call to Kafka. It logs
 * each change once, and creates topics that Kafka lost. It begins after the start has created the topics, because
 * before that missing topics are normal. Any thread.
 */
@Component
public class KafkaWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /**
     * The result of a check.
     *
     * @param problems why events cannot be accepted, all or some; empty if they can
     * @param closed the dead-letter topics that cannot be written to
     * @param ids the ids of the topics, which differ if a topic was created again
     * @param login whether Kafka rejects the login of the gateway
     */
    private record Observation(List<String> problems, Set<String> closed, Map<String, Uuid> ids, boolean login) {}

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final TopicCreator creator;
    private CompletableFuture<?> look = CompletableFuture.completedFuture(null);
    private volatile Observation observation =
            new Observation(List.of("Kafka has not been checked yet"), Set.of(), Map.of(), false);
    private String cluster;
    private List<String> logged = List.of();
    private volatile boolean running;

    KafkaWatch(KafkaAdmin admin, CatalogueTopics topics, TopicCreator creator) {
        this.admin = admin;
        this.topics = topics;
        this.creator = creator;
    }

    @Override
    public void start() {
        running = true;
        admin.every(INTERVAL, this::refresh);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return TopicCreator.PHASE + 1;
    }

    /** Returns why events cannot be accepted, a sentence for each problem; empty if they can. */
    public List<String> problems() {
        return observation.problems;
    }

    /** Returns whether the user of the gateway may not write to this dead-letter topic. */
    boolean isClosed(String deadLetterTopic) {
        return observation.closed.contains(deadLetterTopic);
    }

    /** Returns the last known id of a topic of the catalogue or of its dead letters; null if unknown. */
    Uuid topicId(String topic) {
        return observation.ids.get(topic);
    }

    private void refresh() {
        if (look.isDone()) {
            CompletableFuture<String> id =
                    admin.ask(client -> client.describeCluster().clusterId());
            CompletableFuture<KafkaAdmin.Topics> found = admin.look(topics.withDeadLetters());
            look = id.thenAccept(this::compareCluster)
                    .handle((ignored, failure) -> null)
                    .thenCombine(found, (ignored, seen) -> seen)
                    .whenComplete((seen, failure) -> see(failure == null ? of(seen) : of(failure)));
        }
    }

    private synchronized void compareCluster(String id) {
        if (cluster != null && !cluster.equals(id)) {
            LOG.warn(
                    "Kafka cluster {} has replaced cluster {}. Unread records of the old cluster are lost",
                    id,
                    cluster);
        }
        cluster = id;
    }

    private Observation of(KafkaAdmin.Topics found) {
        List<String> problems = Stream.concat(topics.problems(found).stream(), topics.refusals(found).stream())
                .toList();
        creator.seen(found);
        Map<String, Uuid> ids = new HashMap<>();
        found.found().forEach((name, topic) -> ids.put(name, topic.topicId()));
        return new Observation(problems, topics.closedDeadLetters(found), ids, false);
    }

    /** Between two login attempts nothing is known. This is not a change. */
    private Observation of(Throwable failure) {
        boolean login = KafkaFailures.isRefusedLogin(failure);
        Observation before = observation;
        return !login && before.login
                ? before
                : new Observation(List.of(KafkaFailures.sentence(failure)), Set.of(), before.ids, login);
    }

    private synchronized void see(Observation now) {
        observation = now;
        if (now.problems.equals(logged)) {
            return;
        }
        if (now.problems.isEmpty()) {
            LOG.info("Kafka accepts events");
        } else {
            LOG.warn(
                    "Kafka does not accept the events of at least one topic, and the gateway rejects these events. {}",
                    String.join(". ", now.problems));
        }
        logged = now.problems;
    }
}
