package io.github.eventgateway.store;

import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.UserFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads and writes the table {@code event} in transactions. New rows are counted and logged in the same transaction. Any
 * thread.
 */
@Component
class EventTable {

    private static final Logger LOG = LoggerFactory.getLogger(EventTable.class);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** Within another transaction it undoes only its own part. */
    private final TransactionTemplate nested;

    private final ErasedUsers users;
    private final UserFields fields;
    private final EventStatements statements;

    EventTable(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            DatabaseSettings settings,
            ErasedUsers users,
            UserFields fields) {
        this.jdbc = jdbc;
        this.users = users;
        this.fields = fields;
        this.transaction = new TransactionTemplate(transactions);
        // A batch may take longer than a query.
        this.transaction.setTimeout(settings.batchSeconds());
        this.nested = new TransactionTemplate(transactions, this.transaction);
        this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        this.statements = settings.isPostgresql() ? new PostgresqlEvents(jdbc, transaction) : new SqliteEvents(jdbc);
    }

    /**
     * Checks before the first insert, and again after a failure, whether the rows of {@code event_batch} are of this
     * server. A gateway that keeps running may get a restored database. Not within a transaction.
     */
    void checkOrder() {
        statements.removeForeignBatches();
    }

    /**
     * The result of an insert.
     *
     * @param count the number of new rows
     * @param others the stored rows of ids that were not new, if their text or publisher differs
     */
    record Inserted(int count, Map<String, StoredEvent> others) {}

    /**
     * Inserts the new rows in one transaction. All ids must differ. If the user of an event was erased after the
     * gateway accepted the event, only its id is stored.
     */
    Inserted insert(List<EventRow> rows) {
        List<EventRow> sorted = new ArrayList<>(rows);
        // All gateways insert in the same order, so that two of them with the same ids cannot deadlock.
        sorted.sort(Comparator.comparing(row -> row.event().id()));
        return inTransaction(transaction, status -> {
            List<EventRow> kept = withoutErased(sorted);
            int count = kept.isEmpty() ? 0 : statements.insert(kept);
            // The second statement of the transaction sees what another gateway committed after the first.
            return new Inserted(count, count == kept.size() ? Map.of() : statements.others(kept));
        });
    }

    /** Returns the rows to store. Of an event of an erased user, it stores only the id. */
    private List<EventRow> withoutErased(List<EventRow> rows) {
        ErasedUsers.Known erased = users.known(jdbc);
        if (erased.isEmpty()) {
            return rows;
        }
        List<EventRow> kept = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (EventRow row : rows) {
            // Without a timestamp, the event may be from before any erasure.
            Instant at = row.isReceivedAtKnown() ? row.receivedAt() : Instant.MIN;
            if (erased.isErased(fields.users(row.event().type(), row.event().data()), at)) {
                ids.add(row.event().id());
            } else {
                kept.add(row);
            }
        }
        if (!ids.isEmpty()) {
            statements.keepKeys(ids);
            LOG.info("{} events of erased users are not stored, because they are older than the erasure", ids.size());
        }
        return kept;
    }

    /** Checks whether the database accepts this row, without keeping it. */
    void probe(EventRow row) {
        rolledBack(() -> statements.insert(List.of(row)));
    }

    /** Checks the same with a copy of the newest row under this id; returns whether a row exists. */
    boolean probeStored(String id) {
        return rolledBack(() -> statements.insertCopy(id)) > 0;
    }

    /**
     * Does several checks in one transaction, so that nobody can change the definition of the table between them. Nothing
     * is kept.
     */
    <T> T whileUnchanged(Supplier<T> checks) {
        return inTransaction(transaction, status -> {
            status.setRollbackOnly();
            statements.lockDefinition();
            return checks.get();
        });
    }

    private <T> T inTransaction(TransactionTemplate template, TransactionCallback<T> work) {
        statements.prepare();
        try {
            return template.execute(work);
        } catch (DataAccessException | TransactionException e) {
            statements.failed();
            throw e;
        }
    }

    private int rolledBack(IntSupplier statement) {
        Integer count = inTransaction(nested, status -> {
            status.setRollbackOnly();
            statements.checkConstraintsAtOnce();
            return statement.getAsInt();
        });
        return count == null ? 0 : count;
    }

    /** Returns the stored rows of these ids by id. */
    Map<String, StoredEvent> stored(Collection<String> ids) {
        return statements.stored(ids);
    }

    /** Returns the ids whose events were stored. The event itself may have been removed since. */
    Set<String> known(Collection<String> ids) {
        Set<String> known = new HashSet<>(statements.stored(ids).keySet());
        known.addAll(statements.keys(ids));
        return known;
    }
}
