package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Looks at Kafka now and again, as the gateway's user sees it, so that health and status can tell without asking, and
 * says in the log what changes: once, however long it lasts. It begins when the broker inside this process is there and
 * the topics were to be made, since what is missing before that is no news. Any thread.
 */
@Component
class KafkaWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /**
     * What was seen.
     *
     * @param problems why events cannot be taken, all of them or some; empty when they can
     * @param closed the dead-letter topics that cannot be written to
     * @param login whether the problem is that Kafka does not let the gateway in
     */
    private record Sight(List<String> problems, Set<String> closed, boolean login) {}

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private CompletableFuture<KafkaAdmin.Topics> look = CompletableFuture.completedFuture(null);
    private volatile Sight sight = new Sight(List.of("Kafka was not asked yet"), Set.of(), false);
    private List<String> told = List.of();
    private volatile boolean running;

    KafkaWatch(KafkaAdmin admin, CatalogueTopics topics) {
        this.admin = admin;
        this.topics = topics;
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
    List<String> problems() {
        return sight.problems;
    }

    /** Whether the gateway's user may not write to this topic of dead letters. */
    boolean isClosed(String deadLetterTopic) {
        return sight.closed.contains(deadLetterTopic);
    }

    private void refresh() {
        if (look.isDone()) {
            look = admin.look(topics.withDeadLetters());
            look.whenComplete((found, failure) -> see(failure == null ? of(found) : of(failure)));
        }
    }

    private Sight of(KafkaAdmin.Topics found) {
        List<String> problems = Stream.concat(topics.problems(found).stream(), topics.refusals(found).stream())
                .toList();
        return new Sight(problems, topics.closedDeadLetters(found), false);
    }

    /** Between two attempts to log in nothing is known: that is no news. */
    private Sight of(Throwable failure) {
        boolean login = KafkaFailures.isRefusedLogin(failure);
        return !login && sight.login ? sight : new Sight(List.of(KafkaFailures.sentence(failure)), Set.of(), login);
    }

    private synchronized void see(Sight now) {
        sight = now;
        if (now.problems.equals(told)) {
            return;
        }
        if (now.problems.isEmpty()) {
            LOG.info("Kafka is there, and takes events");
        } else {
            LOG.warn("Events cannot be taken, or not all. {}", String.join(". ", now.problems));
        }
        told = now.problems;
    }
}
