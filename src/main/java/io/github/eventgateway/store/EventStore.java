package io.github.eventgateway.store;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.deadletter.Replays;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventIds;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * Stores batches of records, each event once. A bean, because camel-jdbc has no batches and no transaction over several
 * statements.
 *
 * <p>SQLState classes 22 (data exception) and 23 (integrity constraint, ISO/IEC 9075) are a row's own fault: the batch is
 * halved until the row stands alone, and everything else is stored. Any other failure is the database's: it is thrown,
 * nothing is dead-lettered, and the caller tries again.
 */
@Component("eventStore")
public class EventStore {

    private final EventReader reader;
    private final EventCatalogue catalogue;
    private final EventTable table;
    private final StoreMetrics metrics;

    EventStore(EventReader reader, EventCatalogue catalogue, EventTable table, StoreMetrics metrics) {
        this.reader = reader;
        this.catalogue = catalogue;
        this.table = table;
        this.metrics = metrics;
    }

    /**
     * Stores the events of a batch; they are committed in the database when this returns. For the poll thread.
     *
     * @param group the consumer group; records that are replayed for another one are passed over
     * @param route the id of the calling route, for the dead letters
     * @return the records that can never be stored, each with the reason
     * @throws DataAccessException where the database is at fault; what was stored by then is stored, and storing it again
     *     does no harm
     */
    public List<RejectedRecord> store(PolledBatch batch, String group, String route) {
        List<RejectedRecord> rejected = new ArrayList<>();
        Map<String, EventRow> rows = new LinkedHashMap<>();
        int duplicates = 0;
        for (PolledRecord record : batch.records()) {
            if (!Replays.isFor(record.headers(), group)) {
                continue;
            }
            try {
                EventRow row = row(record);
                if (rows.putIfAbsent(row.event().id(), row) != null) {
                    duplicates++;
                }
            } catch (GatewayException e) {
                rejected.add(reject(record, e.reason().name(), e, group, route));
            }
        }
        List<EventRow> all = new ArrayList<>(rows.values());
        List<RejectedRow> broken = new ArrayList<>();
        int stored = insert(all, broken);
        broken.forEach(
                row -> rejected.add(reject(row.row().record(), "CONSTRAINT_VIOLATED", row.failure(), group, route)));
        metrics.stored(batch.records().size(), stored, duplicates + all.size() - broken.size() - stored);
        return rejected;
    }

    private record RejectedRow(EventRow row, Throwable failure) {}

    private EventRow row(PolledRecord record) {
        Instant received = Replays.receivedAt(record);
        String origin = Replays.origin(record.headers(), record.topic(), record.partition(), record.offset());
        Event event = reader.readRecord(record.value(), EventIds.derived(origin), received);
        if (!catalogue.topicOf(event.type()).name().equals(record.topic())) {
            throw new GatewayException(
                    Reason.EVENT_INVALID,
                    "/type",
                    "belongs to the topic " + catalogue.topicOf(event.type()).name());
        }
        return EventRow.of(event, record, received);
    }

    /** How many rows were new; a row whose id is there already is passed over. */
    private int insert(List<EventRow> rows, List<RejectedRow> broken) {
        if (rows.isEmpty()) {
            return 0;
        }
        try {
            return table.insert(rows);
        } catch (DataAccessException e) {
            if (!isOfTheRow(e)) {
                throw e;
            }
            if (rows.size() == 1) {
                broken.add(new RejectedRow(rows.get(0), rootOf(e)));
                return 0;
            }
            int half = rows.size() / 2;
            return insert(rows.subList(0, half), broken) + insert(rows.subList(half, rows.size()), broken);
        }
    }

    private static boolean isOfTheRow(DataAccessException e) {
        if (e.getRootCause() instanceof SQLException sql && sql.getSQLState() != null) {
            return sql.getSQLState().startsWith("22") || sql.getSQLState().startsWith("23");
        }
        return e instanceof DataIntegrityViolationException;
    }

    private static Throwable rootOf(DataAccessException e) {
        return e.getRootCause() == null ? e : e.getRootCause();
    }

    private static RejectedRecord reject(
            PolledRecord record, String reason, Throwable failure, String group, String route) {
        return RejectedRecord.of(record, reason, failure, message(failure), group, route, 1);
    }

    /** A database's message may quote the row; only its state is safe to log. */
    private static String message(Throwable failure) {
        return failure instanceof SQLException sql ? "SQLState " + sql.getSQLState() : failure.getMessage();
    }
}
