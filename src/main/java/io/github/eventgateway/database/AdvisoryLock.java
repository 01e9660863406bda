package io.github.eventgateway.database;

/**
 * The advisory locks of PostgreSQL that the gateways share. The numbers never change, because gateways of several
 * versions use them at the same time. Each lock ends with its transaction. Immutable; any thread.
 */
public enum AdvisoryLock {
    /** One gateway grants rights to the account of the gateways. */
    GRANTS(7234017283807667L),
    /** One gateway creates a partition. */
    PARTITION(7234017283807668L),
    /** One gateway removes old data. */
    RETENTION(7234017283807669L),
    /** One gateway erases the data of users. */
    ERASURE(7234017283807670L),
    /** Erasures get their order one after the other. */
    ERASED_USERS(7234017283807671L),
    /** Transactions that use causes of dead letters share it; removing unused causes needs it alone. */
    CAUSES(7234017283807672L);

    private final long number;

    AdvisoryLock(long number) {
        this.number = number;
    }

    /** Returns the call of a function that waits for the lock, for use within a statement. */
    String call() {
        return "pg_advisory_xact_lock(" + number + ")";
    }

    /** Returns a query that waits for the lock. */
    public String exclusive() {
        return "SELECT " + call();
    }

    /** Returns a query that does not wait for the lock. Its result is true if it got the lock. */
    public String tryExclusive() {
        return "SELECT pg_try_advisory_xact_lock(" + number + ")";
    }

    /** Returns a query that waits for the lock and shares it with others. */
    public String shared() {
        return "SELECT pg_advisory_xact_lock_shared(" + number + ")";
    }
}
