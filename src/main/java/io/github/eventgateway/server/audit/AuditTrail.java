package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.EventCatalogue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Accepts records for the audit trail. While the database does not accept them, they wait in a bounded queue, and no
 * audited call is let through. Any thread.
 */
@Component
public class AuditTrail implements DisposableBean {

    private final AuditAnchors anchors;
    private final RefusedCalls refused;
    private final EventCatalogue catalogue;
    private final AuditSettings settings;
    private final AuditWriter writer;

    AuditTrail(
            AuditTable table,
            AuditAnchors anchors,
            RefusedCalls refused,
            EventCatalogue catalogue,
            AuditSettings settings,
            MeterRegistry meters) {
        this.anchors = anchors;
        this.refused = refused;
        this.catalogue = catalogue;
        this.settings = settings;
        this.writer = new AuditWriter(table, anchors, refused, settings, meters);
        Gauge.builder("gateway.audit.lost", () -> anchors.lost().size())
                .description("Anchors of history that the audit trail has lost")
                .register(meters);
        writer.start();
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
        AuditEntry entry = new AuditEntry(record);
        boolean isDown = writer.isFailing();
        if (!writer.offer(entry)) {
            return unavailable();
        }
        if (isDown) {
            return numberOrRefusal(entry);
        }
        return entry.sequence()
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

    private static CompletableFuture<Long> numberOrRefusal(AuditEntry entry) {
        return entry.giveUp(Reason.DATABASE_UNAVAILABLE) ? unavailable() : entry.sequence();
    }

    static <T> CompletableFuture<T> unavailable() {
        return CompletableFuture.failedFuture(new GatewayException(Reason.DATABASE_UNAVAILABLE));
    }

    /** Returns whether the database rejected the last records. */
    boolean isFailing() {
        return writer.isFailing();
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
            writer.offer(new AuditEntry(record));
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

    /** Adds the record later, even if the queue is full. There are at most as many of these as admitted calls. */
    void recordInAnyCase(AuditRecord record) {
        writer.add(new AuditEntry(record));
    }

    @Override
    public void destroy() throws InterruptedException {
        writer.stop();
        anchors.write();
    }

    /** Returns why records cannot be added, as a sentence; empty if they can. */
    Optional<String> problem() {
        return writer.problem();
    }

    /**
     * Compares the key and the anchors of this gateway with the database, once. Until then no record is added. If the
     * database is unavailable, a later call does it.
     *
     * @throws StartupException if the audit trail has another key
     */
    void prepare() {
        writer.prepare();
    }
}
