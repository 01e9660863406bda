package io.github.eventgateway.store;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.deadletter.ConsumedEvents;
import io.github.eventgateway.deadletter.ConsumingRoute;
import io.github.eventgateway.deadletter.DeadLetterReasons;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventComparison;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Stores batches of records, each event once. It is a bean because camel-jdbc supports neither batches nor a
 * transaction over several statements.
 *
 * <p>The id of an event is its idempotency key, shared by all types. If the id is stored already, the store skips an
 * equal event and rejects a different one.
 *
 * <p>The store rejects a row if the database refuses it but accepts others. This holds for the SQLState classes 22
 * (data exception) and 23 (integrity constraint, ISO/IEC 9075), and for any failure that stays with one row, such as an
 * exception of a trigger. If the database accepts no row at all, or for any other failure, the store throws the
 * failure. Then nothing is dead-lettered, and the caller tries again.
 */
@Component("eventStore")
public class EventStore {

    private static final int LONGEST_SUBJECT = 255;
    private static final Logger LOG = LoggerFactory.getLogger(EventStore.class);

    private final ConsumedEvents events;
    private final EventCatalogue catalogue;
    private final EventTable table;
    private final EventComparison comparison;
    private final InsertProbe probe;
    private final StoreMetrics metrics;

    EventStore(
            ConsumedEvents events,
            EventCatalogue catalogue,
            EventTable table,
            EventComparison comparison,
            InsertProbe probe,
            StoreMetrics metrics) {
        this.events = events;
        this.catalogue = catalogue;
        this.table = table;
        this.comparison = comparison;
        this.probe = probe;
        this.metrics = metrics;
    }

    /**
     * Stores the events of a batch. They are committed in the database when this returns. For the poll thread.
     *
     * @param group the consumer group; the store skips records that are replayed for another group
     * @param route the id of the calling route, for the dead letters
     * @return the records that can never be stored, each with its reason
     * @throws DataAccessException if the database is at fault; events that are stored by then stay stored, and storing
     *     them again does no harm
     * @throws org.springframework.transaction.TransactionException likewise
     * @throws org.apache.kafka.common.KafkaException if Kafka does not return the topic id, from which the ids of events
     *     without an id are derived
     */
    public List<RejectedRecord> store(PolledBatch batch, String group, String route) {
        ConsumingRoute consumer = new ConsumingRoute(group, route);
        List<RejectedRecord> rejected = new ArrayList<>();
        List<EventRow> rows = new ArrayList<>();
        for (PolledRecord record : batch.records()) {
            if (!events.concerns(record, group)) {
                continue;
            }
            try {
                rows.add(row(record));
            } catch (GatewayException e) {
                rejected.add(RejectedRecord.of(record, consumer, e.reason().name(), e, e.getMessage()));
            }
        }
        BatchInsert insert = new BatchInsert(table, comparison, probe);
        insert.insert(rows);
        insert.rejected().forEach(one -> rejected.add(reject(one, consumer)));
        insert.conflicts().forEach(one -> rejected.add(reject(one, consumer)));
        logConflicts(insert.conflicts());
        metrics.stored(
                batch.records().size(),
                insert.stored(),
                insert.repeated(),
                insert.conflicts().size());
        return rejected;
    }

    private EventRow row(PolledRecord record) {
        Instant receivedAt = events.receivedAt(record);
        Event event = events.read(record, receivedAt);
        String topic = catalogue.topicOf(event.type()).name();
        if (!topic.equals(record.topic())) {
            throw new GatewayException(Reason.EVENT_INVALID, "/type", "belongs to the topic " + topic);
        }
        return new EventRow(
                event,
                record,
                receivedAt,
                events.isReceivedAtKnown(record),
                ColumnText.of(events.publisher(record), LONGEST_SUBJECT),
                ColumnText.of(events.repairedBy(record), LONGEST_SUBJECT),
                events.formerId(event, record),
                events.idsOfOtherKeys(event, record));
    }

    /** The message of a database may quote the row. Only its SQLState is safe to log. */
    private static RejectedRecord reject(BatchInsert.RejectedRow row, ConsumingRoute consumer) {
        Throwable failure = row.failure();
        String reason = row.isOfAConstraint() ? DeadLetterReasons.CONSTRAINT_VIOLATED : DeadLetterReasons.ROW_REFUSED;
        String message = failure instanceof SQLException sql ? "SQLState " + sql.getSQLState() : failure.getMessage();
        return RejectedRecord.of(row.row().record(), consumer, reason, failure, message);
    }

    private static RejectedRecord reject(BatchInsert.Conflict conflict, ConsumingRoute consumer) {
        IdConflictException failure = new IdConflictException(conflict.stored());
        PolledRecord record = conflict.row().record();
        return RejectedRecord.of(record, consumer, DeadLetterReasons.ID_CONFLICT, failure, failure.getMessage());
    }

    /** Logs one line per batch. */
    private static void logConflicts(List<BatchInsert.Conflict> conflicts) {
        if (!conflicts.isEmpty()) {
            PolledRecord first = conflicts.get(0).row().record();
            LOG.warn(
                    "{} events have the id of a different, stored event, and become dead letters "
                            + "(ID_CONFLICT). The first one is at {}, partition {}, offset {}, with the id {}",
                    conflicts.size(),
                    first.topic(),
                    first.partition(),
                    first.offset(),
                    conflicts.get(0).row().event().id());
        }
    }
}
