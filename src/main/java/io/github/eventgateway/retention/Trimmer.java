package io.github.eventgateway.retention;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Removes what is too old from one kind of database, step by step. Several gateways can call it at once, and again after a step was
 * broken off. One thread at a time.
 */
interface Trimmer {

    /** What is done while nothing is removed. */
    interface Work {
        void run() throws SQLException, IOException;
    }

    /**
     * Removes some events that were stored longer ago than this; returns whether there may be more. Where there is an archive they are in
     * it before, and in the audit trail.
     *
     * @throws IOException when the archive cannot be written; nothing is removed then
     */
    boolean events(Duration age) throws SQLException, IOException;

    /** Removes some dead letters that are older than this; returns whether there may be more. */
    boolean deadLetters(Duration age) throws SQLException, IOException;

    /** Forgets the ids of some removed events that were stored longer ago than this; returns whether there may be more. */
    boolean keys(Duration age) throws SQLException, IOException;

    /** Does this while no gateway removes or archives anything; not now, where one does. */
    void whileNothingIsRemoved(Work work) throws SQLException, IOException;

    /** Returns for how many seconds the oldest event has been stored; empty where there is none. */
    OptionalDouble oldestSeconds() throws SQLException;
}
