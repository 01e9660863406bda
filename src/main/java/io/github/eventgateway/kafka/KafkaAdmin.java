package io.github.eventgateway.kafka;

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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * The one admin client of the gateway, made when it is first needed, and the two places where work with it goes on: a
 * scheduler that only starts calls, and the threads that hand answers on, so that no slow receiver holds up the
 * client's own thread. Nothing here blocks the caller. Any thread.
 */
@Component
public class KafkaAdmin implements SmartLifecycle {

    /** After the broker inside this process, before what uses the topics; stops in the opposite order. */
    static final int PHASE = Integer.MAX_VALUE - 20_000;

    /** How long a call may take; a broker that is frozen costs no more than this. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAdmin.class);
    private static final int REQUEST_TIMEOUT_MS = 1500;

    private final boolean enabled;
    private final KafkaConnection connection;
    private final ExecutorService connector = Executors.newSingleThreadExecutor(daemons("kafka-admin-connect"));
    private final ExecutorService answers = new ThreadPoolExecutor(
            2,
            2,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("kafka-admin-answer"),
            // what is answered after the stop is answered by whoever has the answer
            (work, executor) -> work.run());
    private final ScheduledThreadPoolExecutor scheduler =
            new ScheduledThreadPoolExecutor(1, daemons("kafka-admin-watch"), new ThreadPoolExecutor.DiscardPolicy());

    private final AtomicLong refusals = new AtomicLong();
    private CompletableFuture<Admin> client;
    private boolean stopped;
    private volatile boolean running;

    KafkaAdmin(KafkaSettings settings, KafkaConnection connection) {
        this.enabled = settings.enabled();
        this.connection = connection;
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** Asks Kafka; fails after {@link #CALL_TIMEOUT}, and with {@code KAFKA_DISABLED} at once where it is switched off. */
    public <T> CompletableFuture<T> ask(Function<Admin, KafkaFuture<T>> question) {
        return call(admin -> question.apply(admin).toCompletionStage())
                .orTimeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As {@link #ask}, for calls that set their own time. */
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
     * Topics as Kafka shows them to the gateway's user.
     *
     * @param found those that are there, with what the user may do
     * @param refused those that it may not see, be they there or not
     */
    public record Topics(Map<String, TopicDescription> found, Set<String> refused) {}

    /** The topics by name; those that are not there, or not to be seen, are left out. Fails where Kafka does not tell. */
    public CompletableFuture<Map<String, TopicDescription>> describe(Collection<String> names) {
        return look(names).thenApply(Topics::found);
    }

    /** As {@link #describe}, with those that the gateway's user may not see. */
    public CompletableFuture<Topics> look(Collection<String> names) {
        return call(admin ->
                        seen(admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                                .topicNameValues()))
                .orTimeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How often Kafka has refused the login, so that those who depend on it notice. */
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

    /** Hands what becomes of this on to a thread that may be held up: a route that writes its answer. */
    public <T> CompletableFuture<T> answer(CompletableFuture<T> future) {
        return future.thenApplyAsync(Function.identity(), answers);
    }

    /**
     * Answers a caller: what Kafka does not tell in this time, or cannot tell, is {@code KAFKA_UNAVAILABLE}; a
     * {@link GatewayException} stays what it is.
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

    private static GatewayException unavailable(Throwable failure) {
        GatewayException unavailable = new GatewayException(Reason.KAFKA_UNAVAILABLE);
        unavailable.initCause(cause(failure));
        return unavailable;
    }

    /**
     * Does this now and again until the stop; it must only start work, since all share one thread. Nothing where Kafka is
     * off.
     */
    public void every(Duration delay, Runnable work) {
        if (enabled) {
            scheduler.scheduleWithFixedDelay(() -> guarded(work), 0, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Does this once, later, unless the gateway stops before; it must only start work. */
    void after(Duration delay, Runnable work) {
        scheduler.schedule(() -> guarded(work), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("A periodic check of Kafka failed", e);
        }
    }

    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Making a client resolves the brokers' names, which may take long: never on the caller's thread. */
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
            // one that is still being made is closed when it is
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

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
