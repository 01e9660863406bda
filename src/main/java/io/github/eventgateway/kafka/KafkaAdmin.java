package io.github.eventgateway.kafka;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The only admin client of the gateway, created at its first use. A scheduler starts calls. Other threads deliver the
 * answers, so that a slow receiver cannot block the thread of the client. No method blocks the caller. Any thread.
 */
@Component
public class KafkaAdmin implements SmartLifecycle {

    /** Starts after the embedded broker and before everything that uses topics; stops in the opposite order. */
    static final int PHASE = Integer.MAX_VALUE - 20_000;

    /** The timeout of a call. A frozen broker costs at most this time. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAdmin.class);
    private static final int REQUEST_TIMEOUT_MS = 1500;

    private final boolean enabled;
    private final KafkaConnection connection;
    private final ExecutorService connector =
            Executors.newSingleThreadExecutor(DaemonThreads.numbered("kafka-admin-connect"));
    private final ExecutorService answers = new ThreadPoolExecutor(
            2,
            2,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.numbered("kafka-admin-answer"),
            // After the stop, the thread that has the answer delivers it.
            (work, executor) -> work.run());
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(
            1, DaemonThreads.numbered("kafka-admin-watch"), new ThreadPoolExecutor.DiscardPolicy());

    private final AtomicLong refusals = new AtomicLong();
    private CompletableFuture<Admin> client;
    private boolean stopped;
    private volatile boolean running;

    KafkaAdmin(KafkaSettings settings, KafkaConnection connection) {
        this.enabled = settings.enabled();
        this.connection = connection;
    }

    /** Returns whether Kafka is switched on. */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Calls Kafka. The result fails after {@link #CALL_TIMEOUT}, or at once with {@code KAFKA_DISABLED} if Kafka is
     * switched off.
     */
    public <T> CompletableFuture<T> ask(Function<Admin, KafkaFuture<T>> question) {
        return call(admin -> question.apply(admin).toCompletionStage())
                .orTimeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Calls Kafka as {@link #ask} does, for calls with their own timeout. */
    public <T> CompletableFuture<T> call(Function<Admin, CompletionStage<T>> question) {
        if (!enabled) {
            return CompletableFuture.failedFuture(new GatewayException(Reason.KAFKA_DISABLED));
        }
        return client().thenCompose(question).whenComplete((answer, failure) -> {
            if (KafkaFailures.isRefusedLogin(failure)) {
                refusals.incrementAndGet();
            }
        });
    }

    /**
     * Topics as the user of the gateway sees them.
     *
     * @param found existing topics, with the permitted operations
     * @param refused topics that the user may not see, whether they exist or not
     */
    public record Topics(Map<String, TopicDescription> found, Set<String> refused) {}

    /** Returns the topics by name, without missing and invisible ones. Fails if Kafka does not answer. */
    public CompletableFuture<Map<String, TopicDescription>> describe(Collection<String> names) {
        return look(names).thenApply(Topics::found);
    }

    /** Returns the topics as {@link #describe} does, with the names of those that the user may not see. */
    public CompletableFuture<Topics> look(Collection<String> names) {
        return call(admin ->
                        seen(admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                                .topicNameValues()))
                .orTimeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns how often Kafka has rejected the login, so that others can detect a new rejection. */
    long refusals() {
        return refusals.get();
    }

    private static CompletableFuture<Topics> seen(Map<String, KafkaFuture<TopicDescription>> futures) {
        Map<String, TopicDescription> found = new ConcurrentHashMap<>();
        Set<String> refused = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> all = futures.entrySet().stream()
                .map(entry -> entry.getValue()
                        .toCompletionStage()
                        .<Void>handle((description, failure) -> {
                            if (description != null) {
                                found.put(entry.getKey(), description);
                            } else if (cause(failure) instanceof TopicAuthorizationException) {
                                refused.add(entry.getKey());
                            } else if (!(cause(failure) instanceof UnknownTopicOrPartitionException)) {
                                throw new CompletionException(cause(failure));
                            }
                            return null;
                        })
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> new Topics(found, refused));
    }

    /** Delivers the result on a thread that may block, such as for a route that writes its answer. */
    public <T> CompletableFuture<T> answer(CompletableFuture<T> future) {
        return future.thenApplyAsync(Function.identity(), answers);
    }

    /**
     * Completes an answer to a caller. It fails with {@code KAFKA_UNAVAILABLE} if Kafka does not answer in this time or
     * fails; a {@link GatewayException} stays unchanged.
     */
    public <T> CompletableFuture<T> answer(CompletableFuture<T> future, Duration within) {
        return future.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (value, failure) -> {
                            if (failure == null) {
                                return value;
                            }
                            throw cause(failure) instanceof GatewayException known ? known : unavailable(failure);
                        },
                        answers);
    }

    /** Returns a failure {@code KAFKA_UNAVAILABLE} with this cause. */
    public static GatewayException unavailable(Throwable failure) {
        GatewayException unavailable = new GatewayException(Reason.KAFKA_UNAVAILABLE);
        unavailable.initCause(cause(failure));
        return unavailable;
    }

    /**
     * Repeats this action until the stop. The action must only start work, because all actions share one thread. Does
     * nothing if Kafka is switched off.
     */
    public void every(Duration delay, Runnable work) {
        if (enabled) {
            scheduler.scheduleWithFixedDelay(
                    FatalErrors.watched(() -> guarded(work)), 0, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Runs this action once after a delay, unless the gateway stops before. It must only start work. */
    void after(Duration delay, Runnable work) {
        scheduler.schedule(FatalErrors.watched(() -> guarded(work)), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("A periodic check of Kafka failed", e);
        }
    }

    /** Returns the failure without the exceptions that futures wrap around it. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Creating a client resolves the names of the brokers, which may take long. Never on the thread of the caller. */
    private synchronized CompletableFuture<Admin> client() {
        if (stopped) {
            return CompletableFuture.failedFuture(new GatewayException(Reason.STOPPING));
        }
        if (client == null || client.isCompletedExceptionally()) {
            client = CompletableFuture.supplyAsync(() -> Admin.create(properties()), connector);
        }
        return client;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(connection.clientProperties());
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "event-gateway-admin");
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        properties.put(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 1000L);
        properties.put(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 2000L);
        return properties;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        scheduler.shutdownNow();
        CompletableFuture<Admin> last;
        synchronized (this) {
            stopped = true;
            last = client;
        }
        if (last != null) {
            // A client that is being created is closed afterwards.
            last.thenAccept(admin -> admin.close(Duration.ZERO));
        }
        connector.shutdown();
        answers.shutdown();
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
