package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.ConnectionPools;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Adds waiting records to the chain on its own thread, many of them in one transaction. It retries until the database
 * accepts them. On the same thread it writes anchors, and the counts of refused calls. Any thread.
 */
final class AuditWriter {

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final String CHANGED_SECRET =
            "The audit trail in the database was written with another AUDIT_SECRET than the present one";

    private final AuditTable table;
    private final AuditAnchors anchors;
    private final RefusedCalls refused;
    private final AuditSettings settings;
    private final Counter written;
    private final Counter dropped;
    private final BlockingQueue<AuditEntry> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = DaemonThreads.of("audit", this::run);
    private volatile boolean failing;
    private volatile boolean stopping;
    private volatile String logged;
    private volatile boolean prepared;

    /** Only for the thread: the end of the chain in the last transaction whose commit may have failed. */
    private Head tried;

    AuditWriter(
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
                .description("Records of refused calls that were dropped because the database was unavailable")
                .register(meters);
        Gauge.builder("gateway.audit.waiting", waiting, BlockingQueue::size)
                .description("Records that wait for the database")
                .register(meters);
    }

    void start() {
        thread.start();
    }

    /** Waits until the waiting records are added, unless the database does not accept them. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join(STOP_LIMIT.toMillis());
        if (!waiting.isEmpty()) {
            LOG.error("{} audit records could not be written before the stop, and are lost", waiting.size());
        }
    }

    /** Adds the record later. Returns false, and counts the dropped record, if too many wait. */
    boolean offer(AuditEntry entry) {
        boolean fits = waiting.size() < settings.queueRecords() && waiting.add(entry);
        if (!fits) {
            dropped.increment();
        }
        return fits;
    }

    /** Adds the record later, even if many wait. */
    void add(AuditEntry entry) {
        waiting.add(entry);
    }

    /** Returns whether the database rejected the last records. */
    boolean isFailing() {
        return failing;
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
        List<AuditEntry> batch = new ArrayList<>();
        long refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
        long anchorDue = System.nanoTime() + settings.anchorInterval().toNanos();
        long followDue = System.nanoTime() + settings.followInterval().toNanos();
        long prepareDue = System.nanoTime() + settings.retryDelay().toNanos();
        while (true) {
            boolean last = stopping;
            if (last || System.nanoTime() - refusalsDue >= 0) {
                refused.drain().forEach(record -> offer(new AuditEntry(record)));
                refusalsDue = System.nanoTime() + settings.refusalInterval().toNanos();
            }
            if (System.nanoTime() - followDue >= 0) {
                follow();
                followDue = System.nanoTime() + settings.followInterval().toNanos();
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
                follow();
                return;
            }
        }
    }

    private void take(List<AuditEntry> batch) {
        try {
            if (failing) {
                Thread.sleep(stopping ? 0 : settings.retryDelay().toMillis());
            }
            if (batch.isEmpty()) {
                AuditEntry first = stopping ? waiting.poll() : waiting.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, settings.batchRecords() - 1);
                }
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private boolean write(List<AuditEntry> batch) {
        try {
            if (!isWritten()) {
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
                add(new AuditEntry(correction));
            }
        }
        return true;
    }

    /** Adds the records as their calls ended. If a caller gives up before the commit, they are written again. */
    private void append(List<AuditEntry> batch) {
        boolean added = false;
        while (!added && !isWritten()) {
            added = table.append(
                    () -> isWritten()
                            ? List.of()
                            : batch.stream().map(AuditEntry::toWrite).toList(),
                    settings.acceptChangedSecret(),
                    () -> anchors.compareWithMemory(table),
                    end -> tried = end,
                    () -> batch.stream().allMatch(AuditEntry::isStillTrue));
        }
    }

    /**
     * Returns whether the last transaction took place although its commit failed here. The answer is final only in a
     * transaction that adds records: before that, the database may still be committing.
     */
    private boolean isWritten() {
        return tried != null && table.holds(tried);
    }

    /** Reads the records of other gateways. If the database is unavailable, the next time is soon enough. */
    private void follow() {
        if (!prepared || failing || tried != null) {
            return;
        }
        try {
            anchors.follow(table);
        } catch (RuntimeException e) {
            LOG.debug("The end of the audit trail cannot be read", e);
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
            LOG.warn(
                    "The audit trail cannot be written. The gateway refuses audited calls, and retries. Cause: {}",
                    problem);
            logged = problem;
        }
    }
}
