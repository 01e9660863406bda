package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Creates missing topics of the event catalogue and their dead-letter topics, at the start and after Kafka lost one. It
 * never changes an existing topic. The start waits for it for a limited time, so that no route makes Kafka create a
 * topic with default settings. In the background it retries until all topics exist. Any thread.
 */
@Component
public class TopicCreator implements SmartLifecycle {

    static final int PHASE = KafkaAdmin.PHASE + 1;

    private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);
    private static final int CREATE_TIMEOUT_MS = 5000;
    private static final Duration SETTLING = Duration.ofMillis(50);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    private final KafkaSettings.Topics settings;
    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final BrokerAvailability availability;
    private final CompletableFuture<Void> firstOutcome = new CompletableFuture<>();
    private final AtomicBoolean making = new AtomicBoolean();
    private volatile boolean running;
    private volatile String problem;
    private boolean loginRefused;
    private Duration retry = FIRST_RETRY;

    TopicCreator(KafkaSettings settings, KafkaAdmin admin, CatalogueTopics topics, BrokerAvailability availability) {
        this.settings = settings.topics();
        this.admin = admin;
        this.topics = topics;
        this.availability = availability;
    }

    /** Returns why topics are missing, as a sentence; empty if none is missing or Kafka has not been checked yet. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void start() {
        running = true;
        if (!admin.isEnabled()) {
            return;
        }
        making.set(true);
        attempt();
        try {
            firstOutcome.get(settings.startWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "Some topics still do not exist after {}. The gateway starts without them, and creates them in the background",
                    settings.startWait());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates lost topics again, unless it is doing so already. */
    void seen(KafkaAdmin.Topics seen) {
        List<String> gone = missing(seen);
        if (!gone.isEmpty() && making.compareAndSet(false, true)) {
            LOG.warn("Kafka has lost {}. The gateway creates it again", String.join(", ", gone));
            attempt();
        }
    }

    private List<String> missing(KafkaAdmin.Topics seen) {
        return topics.withDeadLetters().stream()
                .filter(name ->
                        !seen.found().containsKey(name) && !seen.refused().contains(name))
                .toList();
    }

    /**
     * @param problems the obstacles; empty after topics were created, which become visible within moments
     */
    private record Outcome(boolean complete, List<String> problems) {}

    private void attempt() {
        admin.look(topics.withDeadLetters()).thenCompose(this::createMissing).whenComplete(this::next);
    }

    private CompletionStage<Outcome> createMissing(KafkaAdmin.Topics seen) {
        if (topics.problems(seen).isEmpty()) {
            availability.topicsFound();
        }
        Map<String, TopicDescription> found = seen.found();
        List<String> refused =
                seen.refused().stream().sorted().map(KafkaFailures::mayNotSee).toList();
        List<NewTopic> missing = missing(seen).stream().map(this::newTopic).toList();
        if (missing.isEmpty()) {
            boolean led = found.values().stream().allMatch(CatalogueTopics::isLed);
            List<String> problems = led ? refused : List.of("A topic has a partition without a leader");
            return CompletableFuture.completedFuture(new Outcome(problems.isEmpty(), problems));
        }
        return admin.call(client ->
                        create(client.createTopics(missing, new CreateTopicsOptions().timeoutMs(CREATE_TIMEOUT_MS))
                                .values()))
                .thenApply(outcome -> new Outcome(
                        false,
                        Stream.concat(outcome.problems().stream(), refused.stream())
                                .toList()));
    }

    private CompletableFuture<Outcome> create(Map<String, KafkaFuture<Void>> futures) {
        List<CompletableFuture<Optional<String>>> all = new ArrayList<>();
        futures.forEach((name, future) -> all.add(future.toCompletionStage()
                .handle((done, failure) -> outcome(name, failure))
                .toCompletableFuture()));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> new Outcome(
                        false,
                        all.stream()
                                .map(CompletableFuture::join)
                                .flatMap(Optional::stream)
                                .toList()));
    }

    private Optional<String> outcome(String name, Throwable failure) {
        if (failure == null) {
            LOG.info("Created topic {} with {} partitions", name, settings.partitions());
            return Optional.empty();
        }
        Throwable cause = KafkaAdmin.cause(failure);
        return cause instanceof TopicExistsException
                ? Optional.empty()
                : Optional.of("Topic " + name + " cannot be created: " + sentence(cause));
    }

    private void next(Outcome outcome, Throwable failure) {
        if (failure == null && outcome.complete()) {
            problem = null;
            retry = FIRST_RETRY;
            making.set(false);
            firstOutcome.complete(null);
        } else if (failure == null && outcome.problems().isEmpty()) {
            admin.after(SETTLING, this::attempt);
        } else {
            boolean login = KafkaFailures.isRefusedLogin(failure);
            // Between two login attempts nothing is known. This is not a change.
            if (failure == null || login || !loginRefused) {
                report(failure == null ? String.join(". ", outcome.problems()) : sentence(KafkaAdmin.cause(failure)));
                loginRefused = login;
            }
            firstOutcome.complete(null);
            admin.after(retry, this::attempt);
            retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
        }
    }

    private void report(String sentence) {
        if (!sentence.equals(problem)) {
            LOG.warn("{}. The gateway retries in the background", sentence);
        }
        problem = sentence;
    }

    private String sentence(Throwable failure) {
        if (failure instanceof InvalidReplicationFactorException) {
            return "the replication of " + settings.replication()
                    + " needs at least this number of brokers; set KAFKA_TOPIC_REPLICATION to a smaller number";
        }
        if (failure instanceof AuthorizationException) {
            return "the Kafka user of the gateway may not create topics; allow it, or create the topics by hand";
        }
        if (failure instanceof InvalidTopicException) {
            return "Kafka does not allow the name; see gateway.events.topics";
        }
        boolean isFromBroker = failure instanceof ApiException
                && !(failure instanceof RetriableException)
                && !(failure instanceof AuthenticationException);
        return isFromBroker ? failure.getMessage() : KafkaFailures.sentence(failure);
    }

    private NewTopic newTopic(String name) {
        Map<String, String> config = new HashMap<>();
        // A broker that replaces timestamps would make each repetition of an event without a timestamp look different.
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.CREATE_TIME.name);
        if (topics.isDeadLetter(name)) {
            config.put(TopicConfig.RETENTION_MS_CONFIG, millis(settings.deadLetterRetention()));
            config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(settings.deadLetterMaxBytes()));
        } else {
            config.put(TopicConfig.RETENTION_MS_CONFIG, millis(settings.retention()));
            config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(settings.maxBytes()));
        }
        return new NewTopic(name, settings.partitions(), settings.replication()).configs(config);
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
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
        return PHASE;
    }
}
