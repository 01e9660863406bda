package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.event.EventCatalogue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Accepts records from any thread, and adds them to the chain on its own thread, with the records of many calls in one
 * transaction. While the database does not accept records, they wait in a bounded queue, and no audited call is let
 * through. Any thread.
 */
@Component
public class AuditTrail implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final String CHANGED_SECRET =
            "The audit trail in the database was written with another AUDIT_SECRET than the present one";

    private final AuditTable table;
    private final AuditAnchors anchors;
    private final RefusedCalls refused;
    private final EventCatalogue catalogue;
    private final AuditSettings settings;
    private final Counter written;
    private final Counter dropped;
    private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();
    private final Thread writer = DaemonThreads.of("audit", this::run);
    private volatile boolean failing;
    private volatile boolean stopping;
    private volatile String logged;
    private volatile boolean prepared;
    private Head tried;

    AuditTrail(
            AuditTable table,
            AuditAnchors anchors,
            RefusedCalls refused,
            EventCatalogue catalogue,
            AuditSettings settings,
            MeterRegistry meters) {
        this.table = table;
        this.anchors = anchors;
        this.refused = refused;
        this.catalogue = catalogue;
        this.settings = settings;
        this.written = Counter.builder("gateway.audit.records")
                .description("Records that were added to the audit trail")
                .register(meters);
        this.dropped = Counter.builder("gateway.audit.dropped")
                .description("Records of refused calls that were dropped because the database was unavailable")
                .register(meters);
        Gauge.builder("gateway.audit.waiting", waiting, BlockingQueue::size)
                .description("Records that wait for the database")
                .register(meters);
        Gauge.builder("gateway.audit.lost", () -> anchors.lost().size())
                .description("Anchors of history that the audit trail has lost")
                .register(meters);
        writer.start();
    }

    /** A waiting record. If its caller gives up, the record says that the call failed. */
    private static final class Entry {

        private final AuditRecord record;
        private final CompletableFuture<Long> sequence = new CompletableFuture<>();
        private volatile Reason refusal;
        private boolean writtenAsRefused;

        Entry(AuditRecord record) {
            this.record = record;
        }

        /** @return whether the record can still be changed; if not, its number is known */
        boolean giveUp(Reason reason) {
            refusal = reason;
            return sequence.cancel(false);
        }

        AuditRecord toWrite() {
            writtenAsRefused = sequence.isCancelled();
            return writtenAsRefused ? refused(Map.of()) : record;
        }

        boolean isStillTrue() {
            return writtenAsRefused == sequence.isCancelled();
        }

        /** @return a record that corrects this one, if its caller gave up during the commit; otherwise null */
        AuditRecord written(long number) {
            return sequence.complete(number) || writtenAsRefused ? null : refused(Map.of("corrects", number));
        }

        private AuditRecord refused(Map<String, Object> detail) {
            return record.ended(refusal.status(), refusal.name(), detail);
        }
    }

    /**
     * Returns a call to audit, before it has any effect.
     *
     * @param changes true if it changes something, false if it shows something
     * @param subject the subject of its token
     * @param action its method and the template of its path
     * @param address the address of the caller
     */
    public AuditedCall call(boolean changes, String subject, String action, String address, String requestId) {
        return new AuditedCall(
                this, changes, AuditRecord.begun(subject, action, BoundedJson.EMPTY, address, requestId));
    }

    /**
     * Counts a call that was refused for its token or scope. It never waits, and uses bounded memory.
     *
     * @param status 401 or 403
     * @param why the reason
     * @param subject the subject of the token; null without a valid token
     * @param action the method and the template of the path
     */
    public void refused(int status, String why, String subject, String action, String address) {
        refused.add(status, why, subject, action, address);
    }

    /**
     * Adds the record soon, and returns at once. Only the own thread of the trail waits for the database.
     *
     * @return the number of the record in the chain, after it was added. It fails with a {@link GatewayException} of
     *     {@code DATABASE_UNAVAILABLE} if that takes too long. Then the added record has this reason, and the caller
     *     must get the same reason. It completes on a thread that must not wait
     */
    CompletableFuture<Long> record(AuditRecord record) {
        Entry entry = new Entry(record);
        boolean isDown = failing;
        if (!offer(entry)) {
            dropped.increment();
            return unavailable();
        }
        if (isDown) {
            return numberOrRefusal(entry);
        }
        return entry.sequence
                .copy()
                .orTimeout(settings.recordTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> numberOrRefusal(entry));
    }

    /**
     * Adds the record of an action of the gateway itself, under the subject {@code event-gateway}, and waits until it
     * is added.
     *
     * @param action the action, a word
     * @param target the target of the action
     * @param detail counts and positions
     * @throws java.util.concurrent.CompletionException if the database does not accept the record
     */
    public void recordOwn(String action, Map<String, ?> target, Map<String, ?> detail) {
        record(AuditRecord.own(action, target, detail)).join();
    }

    private static CompletableFuture<Long> numberOrRefusal(Entry entry) {
        return entry.giveUp(Reason.DATABASE_UNAVAILABLE) ? unavailable() : entry.sequence;
    }

    static <T> CompletableFuture<T> unavailable() {
        return CompletableFuture.failedFuture(new GatewayException(Reason.DATABASE_UNAVAILABLE));
    }

    /** Returns whether the database rejected the last records. */
    boolean isFailing() {
        return failing;
    }

    /** Returns the value of a parameter or filter as it may be kept. */
    String kept(String name, String value) {
        return catalogue.kept(name, value);
    }

    /**
     * Adds the record of a call that was refused before it had an effect. Frequent ones of a kind are counted instead.
     */
    void recordRefusal(AuditRecord record) {
        if (!refused.isOneOfMany(record)) {
            recordLater(record);
        }
    }

    /** Counts a call that would have changed something, and was refused after it had begun. */
    void addRefusedChange(AuditRecord record) {
        refused.addChange(record.subject(), record.action());
    }

    /**
     * Returns whether too many calls of this kind were refused after they had begun, so that this one must not begin.
     */
    boolean isOneChangeTooMany(AuditRecord record) {
        return refused.isOneChangeTooMany(record.subject(), record.action());
    }

    private void recordLater(AuditRecord record) {
        if (!offer(new Entry(record))) {
            dropped.increment();
        }
    }

    /** Adds the record later, even if the queue is full. There are at most as many of these as admitted calls. */
    void recordInAnyCase(AuditRecord record) {
        waiting.add(new Entry(record));
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
        anchors.write();
    }

    /** Returns why records cannot be added, as a sentence; empty if they can. */
    Optional<String> problem() {
        return Optional.ofNullable(logged);
    }

    /**
     * Compares the key and the anchors of this gateway with the database, once. Until then no record is added. If the
     * database is unavailable, a later call does it.
     *
     * @throws StartupException if the audit trail has another key
     */
    void prepare() {
        try {
            compare();
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("The audit trail cannot be read yet", e);
        }
    }

    private synchronized void compare() {
        if (prepared) {
            return;
        }
        KeyHistory history = table.history();
        if (history.current() != null && history.key().isEmpty()) {
            if (!settings.acceptChangedSecret()) {
                throw new StartupException(CHANGED_SECRET + " (key " + history.current()
                        + "): add the earlier secret to AUDIT_SECRET_ALSO, or set AUDIT_SECRET to it. If the earlier"
                        + " secret is lost, set AUDIT_ACCEPT_CHANGED_SECRET to true for one start; the existing"
                        + " records can then no longer be verified");
            }
            LOG.error(
                    "{}. The gateway continues with the present secret, because AUDIT_ACCEPT_CHANGED_SECRET is true. The"
                            + " existing records can no longer be verified",
                    CHANGED_SECRET);
        }
        anchors.compareWithFile(table);
        prepared = true;
    }

    private void run() {
        ConnectionPools.useAs(ConnectionPools.User.AUDIT);
        List<Entry> batch = new ArrayList<>();
        long refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
        long anchorDue = System.nanoTime() + settings.anchorInterval().toNanos();
        long prepareDue = System.nanoTime() + settings.retryDelay().toNanos();
        while (true) {
            boolean last = stopping;
            if (last || System.nanoTime() - refusalsDue >= 0) {
                refused.drain().forEach(this::recordLater);
                refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
            }
            if (System.nanoTime() - anchorDue >= 0) {
                anchors.write();
                anchorDue = System.nanoTime() + settings.anchorInterval().toNanos();
            }
            if (!prepared && System.nanoTime() - prepareDue >= 0) {
                prepareLate();
                prepareDue = System.nanoTime() + settings.retryDelay().toNanos();
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
                compare();
                append(batch);
            }
        } catch (RuntimeException e) {
            report(e);
            failing = true;
            return false;
        }
        long first = tried.sequence() - batch.size() + 1;
        anchors.reached(tried);
        tried = null;
        logged = null;
        failing = false;
        written.increment(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            AuditRecord correction = batch.get(i).written(first + i);
            if (correction != null) {
                recordInAnyCase(correction);
            }
        }
        return true;
    }

    /** Adds the records as their calls ended. If a caller gives up before the commit, they are written again. */
    private void append(List<Entry> batch) {
        boolean added = false;
        while (!added) {
            tried = null;
            added = table.append(
                    batch.stream().map(Entry::toWrite).toList(),
                    settings.acceptChangedSecret(),
                    () -> anchors.compareWithMemory(table),
                    end -> tried = end,
                    () -> batch.stream().allMatch(Entry::isStillTrue));
        }
    }

    /** The database was unavailable when the gateway started. */
    private void prepareLate() {
        try {
            prepare();
        } catch (StartupException e) {
            report(e);
        }
    }

    private void report(RuntimeException failure) {
        String problem = RootCause.text(failure);
        if (!problem.equals(logged)) {
            LOG.warn("The audit trail cannot be written. The gateway refuses audited calls. It retries: {}", problem);
            logged = problem;
        }
    }
}
