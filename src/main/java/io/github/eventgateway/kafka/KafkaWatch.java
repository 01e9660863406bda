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
 * Looks at Kafka now and again, as the gateway's user sees it, so that health and status can tell without asking, and
 * says in the log what changes: once, however long it lasts. What Kafka lost, it has made again. It begins when the broker
 * inside this process is there and the topics were to be made, since what is missing before that is no news. Any thread.
 */
@Component
public class KafkaWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /**
     * What was seen.
     *
     * @param problems why events cannot be taken, all of them or some; empty when they can
     * @param closed the dead-letter topics that cannot be written to
     * @param ids the ids of the topics, by which one is told from another that had its name before
     * @param login whether the problem is that Kafka does not let the gateway in
     */
    private record Observation(List<String> problems, Set<String> closed, Map<String, Uuid> ids, boolean login) {}

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final TopicCreator creator;
    private CompletableFuture<?> look = CompletableFuture.completedFuture(null);
    private volatile Observation observation =
            new Observation(List.of("Kafka has not been checked yet"), Set.of(), Map.of(), false);
    private String cluster;
    private List<String> told = List.of();
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

    /** Why events cannot be taken, a sentence each; empty when they can. */
    public List<String> problems() {
        return observation.problems;
    }

    /** Whether the gateway's user may not write to this topic of dead letters. */
    boolean isClosed(String deadLetterTopic) {
        return observation.closed.contains(deadLetterTopic);
    }

    /** The id of a topic of the catalogue, or of its dead letters, as it was last seen; null if it was not. */
    Uuid topicId(String topic) {
        return observation.ids.get(topic);
    }

    private void refresh() {
        if (look.isDone()) {
            CompletableFuture<String> id =
                    admin.ask(client -> client.describeCluster().clusterId());
            CompletableFuture<KafkaAdmin.Topics> found = admin.look(topics.withDeadLetters());
            look = id.thenAccept(this::recognise)
                    .handle((told, failure) -> null)
                    .thenCombine(found, (told, seen) -> seen)
                    .whenComplete((seen, failure) -> see(failure == null ? of(seen) : of(failure)));
        }
    }

    private synchronized void recognise(String id) {
        if (cluster != null && !cluster.equals(id)) {
            LOG.warn(
                    "Kafka cluster {} has replaced cluster {}. Records of the old cluster that no consumer had read are lost",
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

    /** Between two attempts to log in nothing is known: that is no news. */
    private Observation of(Throwable failure) {
        boolean login = KafkaFailures.isRefusedLogin(failure);
        Observation before = observation;
        return !login && before.login
                ? before
                : new Observation(List.of(KafkaFailures.sentence(failure)), Set.of(), before.ids, login);
    }

    private synchronized void see(Observation now) {
        observation = now;
        if (now.problems.equals(told)) {
            return;
        }
        if (now.problems.isEmpty()) {
            LOG.info("Kafka accepts events");
        } else {
            LOG.warn("The gateway refuses events, or some of them. {}", String.join(". ", now.problems));
        }
        told = now.problems;
    }
}
