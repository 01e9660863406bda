package io.github.eventgateway.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.event.Event;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Checks whether the database accepts any row, with a copy of a row that it accepted before. The copy is not kept. Any
 * thread.
 */
@Component
class InsertProbe {

    private final EventTable table;
    private volatile EventRow lastAccepted;

    InsertProbe(EventTable table) {
        this.table = table;
    }

    /** Remembers a row that the database accepted. */
    void remember(EventRow row) {
        lastAccepted = row;
    }

    /** Returns the last accepted row; null if none was accepted. */
    EventRow lastAccepted() {
        return lastAccepted;
    }

    /** Returns whether the database accepts another row than this one. */
    boolean acceptsOtherThan(EventRow rejected) {
        EventRow last = lastAccepted();
        try {
            if (last != null) {
                table.probe(copy(last, last.event().data(), last.event().written()));
            } else if (!table.probeStored(id())) {
                table.probe(copy(rejected, JsonNodeFactory.instance.objectNode(), null));
            }
            return true;
        } catch (DataAccessException | TransactionException e) {
            return isCopyAlone(e);
        }
    }

    /** Returns whether the database rejects this row, without keeping it; false if the database itself fails. */
    boolean rejects(EventRow row) {
        try {
            table.probe(row);
            return false;
        } catch (DataAccessException | TransactionException e) {
            return RowFault.of(e) != RowFault.DATABASE;
        }
    }

    /** A copy may violate a unique constraint because of its original. The database checks everything else before. */
    private static boolean isCopyAlone(RuntimeException failure) {
        return RowFault.of(failure) == RowFault.COLLISION;
    }

    /** Returns whether the database accepts this row under another id, and remembers it if so. */
    boolean accepts(EventRow row) {
        try {
            table.probe(copy(row, row.event().data(), row.event().written()));
            lastAccepted = row;
            return true;
        } catch (DataAccessException | TransactionException e) {
            return isCopyAlone(e);
        }
    }

    /** Returns a row with the same data and a unique new id. */
    private static EventRow copy(EventRow row, ObjectNode data, byte[] written) {
        Event of = row.event();
        Event event = new Event(id(), of.type(), of.timestamp(), of.isDated(), of.key(), data, written);
        return new EventRow(
                event, row.record(), row.receivedAt(), row.isReceivedAtKnown(), null, null, null, List.of());
    }

    private static String id() {
        return "probe-" + UUID.randomUUID();
    }
}
