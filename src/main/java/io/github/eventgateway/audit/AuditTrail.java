package io.github.eventgateway.audit;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Takes records from any thread, and adds them to the chain on one thread of its own, those of many calls in one
 * transaction. What the database does not take waits, in a bounded queue, and meanwhile no call that is audited is let
 * through. Any thread.
 */
@Component
public class AuditTrail implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

    private final AuditTable table;
    private final AuditAnchors anchors;
    private final RefusedCalls refused;
    private final AuditSettings settings;
    private final Counter written;
    private final Counter dropped;
    private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();
    private final Thread writer = new Thread(this::run, "audit");
    private volatile boolean failing;
    private volatile boolean stopping;
    private Head tried;
    private String told;

    AuditTrail(
            AuditTable table,
            AuditAnchors anchors,
            RefusedCalls refused,
            AuditSettings settings,
            MeterRegistry meters) {
        this.table = table;
        this.anchors = anchors;
        this.refused = refused;
        this.settings = settings;
        this.written = Counter.builder("gateway.audit.records")
                .description("Records that were added to the audit trail")
                .register(meters);
        this.dropped = Counter.builder("gateway.audit.dropped")
                .description("Records of refused calls that were dropped, since the database took none")
                .register(meters);
        Gauge.builder("gateway.audit.waiting", waiting, BlockingQueue::size)
                .description("Records that wait for the database")
                .register(meters);
        writer.setDaemon(true);
        writer.start();
    }

    private record Entry(AuditRecord record, CompletableFuture<Long> sequence) {}

    /**
     * A call that is to be audited, before anything of it has happened.
     *
     * @param changes whether it changes something, rather than shows it
     * @param subject whose token it has
     * @param action its method and the template of its path
     * @param address where it came from
     */
    public AuditedCall call(boolean changes, String subject, String action, String address, String requestId) {
        return new AuditedCall(
                this, changes, AuditRecord.begun(subject, action, BoundedJson.EMPTY, address, requestId));
    }

    /**
     * Counts a call that was refused for its token or its scope. Never waits, and takes no more than a bounded memory.
     *
     * @param status 401 or 403
     * @param why the word for it
     * @param subject whose token it was; null without a good one
     * @param action the method and the template of the path
     */
    public void refused(int status, String why, String subject, String action, String address) {
        refused.add(status, why, subject, action, address);
    }

    /**
     * Returns when the record is in the chain.
     *
     * @return its number
     * @throws GatewayException with {@code DATABASE_UNAVAILABLE} where that takes too long; it may be added later
     */
    long record(AuditRecord record) {
        CompletableFuture<Long> sequence = new CompletableFuture<>();
        boolean isDown = failing;
        if (!offer(new Entry(record, sequence)) || isDown) {
            throw new GatewayException(Reason.DATABASE_UNAVAILABLE);
        }
        try {
            return sequence.get(settings.recordTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new GatewayException(Reason.DATABASE_UNAVAILABLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(Reason.STOPPING);
        }
    }

    /** Whether the database took nothing the last time. */
    boolean isFailing() {
        return failing;
    }

    /** Adds the record later; where too many wait, it is dropped and counted. */
    void recordLater(AuditRecord record) {
        if (!offer(new Entry(record, new CompletableFuture<>()))) {
            dropped.increment();
        }
    }

    /** Adds the record later, whatever waits: there are no more of them than calls that were let through. */
    void recordInAnyCase(AuditRecord record) {
        waiting.add(new Entry(record, new CompletableFuture<>()));
    }

    private boolean offer(Entry entry) {
        return waiting.size() < settings.queueRecords() && waiting.add(entry);
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        writer.join(STOP_LIMIT.toMillis());
        if (!waiting.isEmpty()) {
            LOG.error("{} audit records could not be written before the stop, and are lost", waiting.size());
        }
        anchors.write(table);
    }

    private void run() {
        List<Entry> batch = new ArrayList<>();
        long refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
        long anchorDue = System.nanoTime() + settings.anchorInterval().toNanos();
        while (true) {
            boolean last = stopping;
            if (last || System.nanoTime() - refusalsDue >= 0) {
                refused.drain().forEach(this::recordLater);
                refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
            }
            if (System.nanoTime() - anchorDue >= 0) {
                anchors.write(table);
                anchorDue = System.nanoTime() + settings.anchorInterval().toNanos();
            }
            take(batch);
            if (!batch.isEmpty() && write(batch)) {
                batch.clear();
            }
            if (last && (failing || batch.isEmpty() && waiting.isEmpty())) {
                batch.forEach(waiting::add);
                return;
            }
        }
    }

    private void take(List<Entry> batch) {
        try {
            if (failing) {
                Thread.sleep(stopping ? 0 : settings.retryDelay().toMillis());
            }
            if (batch.isEmpty()) {
                Entry first = stopping ? waiting.poll() : waiting.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, settings.batchRecords() - 1);
                }
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private boolean write(List<Entry> batch) {
        try {
            if (tried == null || !table.holds(tried)) {
                anchors.check(table);
                table.append(batch.stream().map(Entry::record).toList(), end -> tried = end);
            }
        } catch (RuntimeException e) {
            String problem = String.valueOf(root(e).getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
            if (!problem.equals(told)) {
                LOG.warn(
                        "The audit trail cannot be written, trying again; calls that are audited are refused: {}",
                        problem);
                told = problem;
            }
            failing = true;
            return false;
        }
        long first = tried.sequence() - batch.size() + 1;
        anchors.reached(tried);
        tried = null;
        told = null;
        failing = false;
        written.increment(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).sequence().complete(first + i);
        }
        return true;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
