package io.github.eventgateway.store;

import io.github.eventgateway.event.EventComparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Inserts one batch into the table, and finds the rows that cannot be inserted. A row whose id is stored already is a
 * repeat if the events are equal, otherwise a conflict. It halves the batch to find the rows that the database rejects.
 * For one thread.
 */
final class BatchInsert {

    private static final int MOST_TRIED = 10;

    private final EventTable table;
    private final EventComparison comparison;
    private final InsertProbe probe;
    private final List<RejectedRow> rejected = new ArrayList<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private int stored;
    private int repeated;
    private boolean isConstraintKnown;

    BatchInsert(EventTable table, EventComparison comparison, InsertProbe probe) {
        this.table = table;
        this.comparison = comparison;
        this.probe = probe;
    }

    /**
     * A row that the database will never accept.
     *
     * @param isOfAConstraint whether the SQLState says so; otherwise the database rejects it but accepts other rows
     */
    record RejectedRow(EventRow row, boolean isOfAConstraint, Throwable failure) {}

    /** A row with the id of a different, stored event. */
    record Conflict(EventRow row, StoredEvent stored) {}

    /** Returns the number of new rows. */
    int stored() {
        return stored;
    }

    /** Returns the number of repeats. */
    int repeated() {
        return repeated;
    }

    List<RejectedRow> rejected() {
        return rejected;
    }

    List<Conflict> conflicts() {
        return conflicts;
    }

    /**
     * Inserts these rows. Inserted rows are committed when this returns or throws.
     *
     * @throws DataAccessException if the database is at fault; inserting again does no harm
     * @throws TransactionException likewise
     */
    void insert(List<EventRow> rows) {
        table.checkOrder();
        List<EventRow> left = withoutIdsOfOtherKeys(withoutFormer(rows));
        while (!left.isEmpty()) {
            Map<String, EventRow> firsts = new LinkedHashMap<>();
            List<EventRow> others = new ArrayList<>();
            for (EventRow row : left) {
                EventRow first = firsts.putIfAbsent(row.event().id(), row);
                if (first != null && isSame(row, first.publisher(), first.payload())) {
                    repeated++;
                } else if (first != null) {
                    others.add(row);
                }
            }
            List<EventRow> unique = List.copyOf(firsts.values());
            isConstraintKnown = false;
            insertHalving(unique, unique);
            left = others.isEmpty() ? others : withoutStored(others);
        }
    }

    /**
     * Compares each later row of an id with the stored event. Returns the rows whose first row was not stored because
     * the database rejected it.
     */
    private List<EventRow> withoutStored(List<EventRow> others) {
        Set<String> ids = new LinkedHashSet<>();
        others.forEach(row -> ids.add(row.event().id()));
        Map<String, StoredEvent> found = table.stored(ids);
        List<EventRow> left = new ArrayList<>();
        for (EventRow row : others) {
            StoredEvent there = found.get(row.event().id());
            if (there == null) {
                left.add(row);
            } else {
                compare(row, there);
            }
        }
        return left;
    }

    /** @param batch all rows of the batch; some of them are tried again to find out whether the database accepts any row */
    private void insertHalving(List<EventRow> rows, List<EventRow> batch) {
        try {
            insertAll(rows);
        } catch (DataAccessException | TransactionException e) {
            RowFault fault = RowFault.of(e);
            if (fault == RowFault.DATABASE || isOfOthersToo(fault, batch)) {
                throw e;
            }
            isConstraintKnown |= fault == RowFault.ROW;
            if (rows.size() > 1) {
                int half = rows.size() / 2;
                insertHalving(rows.subList(0, half), batch);
                insertHalving(rows.subList(half, rows.size()), batch);
            } else if (fault == RowFault.COLLISION || isAtFault(rows.get(0), batch)) {
                rejected.add(new RejectedRow(rows.get(0), fault != RowFault.UNKNOWN, RowFault.cause(e)));
            } else {
                throw e;
            }
        }
    }

    /** Checks constraints only once while the rows are halved. */
    private boolean isOfOthersToo(RowFault fault, List<EventRow> batch) {
        boolean known = fault == RowFault.COLLISION || fault == RowFault.ROW && isConstraintKnown;
        return !known && !acceptsOtherRows(batch);
    }

    /**
     * Returns whether the row fails again in a transaction in which the database accepts another row. An outage may begin
     * or end at any moment, and is never the fault of a row. The result is known before the next row is stored, so the
     * order of the rows stays.
     */
    private boolean isAtFault(EventRow row, List<EventRow> batch) {
        return table.whileUnchanged(() -> acceptsOtherRows(batch) && probe.rejects(row));
    }

    /**
     * Returns whether the database accepts any row although it rejects these together. It tries a previously stored row
     * and some of these, not all, so that an outage costs few statements; the next call tries others.
     */
    private boolean acceptsOtherRows(List<EventRow> rows) {
        if (probe.acceptsOtherThan(rows.get(0))) {
            return true;
        }
        Map<String, EventRow> ofEachType = new LinkedHashMap<>();
        rows.forEach(row -> ofEachType.putIfAbsent(row.event().type(), row));
        List<EventRow> anyOnes = new ArrayList<>(rows);
        Collections.shuffle(anyOnes);
        return rows.size() > 1
                && Stream.concat(
                                ofEachType.values().stream().limit(MOST_TRIED),
                                anyOnes.stream().limit(MOST_TRIED))
                        .anyMatch(probe::accepts);
    }

    private void insertAll(List<EventRow> rows) {
        EventTable.Inserted inserted = table.insert(rows);
        stored += inserted.count();
        repeated += rows.size() - inserted.count() - inserted.others().size();
        if (inserted.count() > 0) {
            probe.remember(rows.get(rows.size() - 1));
        }
        if (!inserted.others().isEmpty()) {
            for (EventRow row : rows) {
                StoredEvent there = inserted.others().get(row.event().id());
                if (there != null) {
                    compare(row, there);
                }
            }
        }
    }

    private void compare(EventRow row, StoredEvent there) {
        if (there.isOfTheRecordOf(row)
                ? comparison.isSame(row.event(), there.payload(), true)
                : isSame(row, there.publisher(), there.payload())) {
            repeated++;
        } else {
            conflicts.add(new Conflict(row, there));
        }
    }

    /** Two publishers may choose the same id, and both events must remain visible. */
    private boolean isSame(EventRow row, String publisher, String payload) {
        return EventComparison.isOfOnePublisher(row.publisher(), publisher)
                && comparison.isSame(row.event(), payload, false);
    }

    /**
     * Omits the events that an earlier version of the gateway stored from the same record under an id of another form.
     */
    private List<EventRow> withoutFormer(List<EventRow> rows) {
        List<String> formerIds =
                rows.stream().map(EventRow::formerId).filter(id -> id != null).toList();
        if (formerIds.isEmpty()) {
            return rows;
        }
        Map<String, StoredEvent> found = table.stored(formerIds);
        List<EventRow> left = new ArrayList<>();
        for (EventRow row : rows) {
            StoredEvent there = found.get(row.formerId());
            if (there != null
                    && there.receivedAt().equals(row.receivedAt())
                    && comparison.isSame(row.event(), there.payload(), true)) {
                repeated++;
            } else {
                left.add(row);
            }
        }
        return left;
    }

    /** Omits the events that a gateway with another AUDIT_SECRET stored. Such an id belongs to one record only. */
    private List<EventRow> withoutIdsOfOtherKeys(List<EventRow> rows) {
        List<String> ids =
                rows.stream().flatMap(row -> row.idsOfOtherKeys().stream()).toList();
        if (ids.isEmpty()) {
            return rows;
        }
        Set<String> known = table.known(ids);
        List<EventRow> left = rows.stream()
                .filter(row -> row.idsOfOtherKeys().stream().noneMatch(known::contains))
                .toList();
        repeated += rows.size() - left.size();
        return left;
    }
}
