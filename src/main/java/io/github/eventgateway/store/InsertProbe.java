package io.github.eventgateway.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.event.Event;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Tries whether the database takes a row at all, one that it has taken before. It is not there afterwards. Any thread.
 */
@Component
class InsertProbe {

    private final EventTable table;
    private volatile EventRow lastTaken;

    InsertProbe(EventTable table) {
        this.table = table;
    }

    /** Remembers a row that the database took. */
    void taken(EventRow row) {
        lastTaken = row;
    }

    /** The row that was taken last; null where none was. */
    EventRow lastTaken() {
        return lastTaken;
    }

    /** Whether the database takes another row than this one. */
    boolean succeeds(EventRow refused) {
        EventRow last = lastTaken();
        try {
            if (last != null) {
                table.probe(copy(last, last.event().data(), last.event().written()));
            } else if (!table.probeStored(id())) {
                table.probe(copy(refused, JsonNodeFactory.instance.objectNode(), null));
            }
            return true;
        } catch (DataAccessException | TransactionException e) {
            return isCopyAlone(e);
        }
    }

    /** A copy may collide with the row that it is of. The database looks at everything else before. */
    private static boolean isCopyAlone(RuntimeException failure) {
        return RowFault.of(failure) == RowFault.COLLISION;
    }

    /** Whether the database takes this row, under another id; it is remembered then. */
    boolean takes(EventRow row) {
        try {
            table.probe(copy(row, row.event().data(), row.event().written()));
            lastTaken = row;
            return true;
        } catch (DataAccessException | TransactionException e) {
            return isCopyAlone(e);
        }
    }

    /** The row with this data, under an id that no other has. */
    private static EventRow copy(EventRow row, ObjectNode data, byte[] written) {
        Event of = row.event();
        Event event = new Event(id(), of.type(), of.timestamp(), of.isDated(), of.key(), data, written);
        return new EventRow(event, row.record(), row.receivedAt(), null, null, null);
    }

    private static String id() {
        return "probe-" + UUID.randomUUID();
    }
}
