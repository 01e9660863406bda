package io.github.eventgateway.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The statements of one database for the table {@code event}. They belong to the transaction of the caller. Any thread. */
interface EventStatements {

    /** Prepares a transaction, before it begins. */
    void prepare();

    /** The transaction has failed. The definition of the table may have changed. */
    void failed();

    /** Removes rows of {@code event_batch} that another server has written. Not within a transaction. */
    void removeForeignBatches();

    /** Inserts the rows whose ids are new, counts and logs them. Returns their number. */
    int insert(List<EventRow> rows);

    /** Inserts a copy of the newest row under this id. Returns the number of new rows, 0 without a row. */
    int insertCopy(String id);

    /** Stores these ids without events. */
    void keepKeys(List<String> ids);

    /** Returns the stored rows of these ids by id, if their text or publisher differs. */
    Map<String, StoredEvent> others(List<EventRow> rows);

    /** Returns the stored rows of these ids by id. */
    Map<String, StoredEvent> stored(Collection<String> ids);

    /** Returns which of these ids {@code event_key} has. */
    Set<String> keys(Collection<String> ids);

    /** Prevents changes of the table's definition until the end of the transaction. */
    void lockDefinition();

    /** Makes deferred constraints fail now and not at the commit. */
    void checkConstraintsAtOnce();
}
