package io.github.eventgateway.retention;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Removes expired data from one kind of database, step by step. Several gateways can call it at once. An interrupted
 * step can be repeated. One thread at a time.
 */
interface Trimmer {

    /** Work that must not run at the same time as a removal. */
    interface Work {
        void run() throws SQLException, IOException;
    }

    /**
     * Removes some events that were stored longer ago than this age. If there is an archive, the events are in the
     * archive and the file is in the audit trail before. Returns whether there may be more.
     *
     * @throws IOException if the archive cannot be written; then nothing is removed
     */
    boolean events(Duration age) throws SQLException, IOException;

    /** Removes some dead letters that are older than this; returns whether there may be more. */
    boolean deadLetters(Duration age) throws SQLException, IOException;

    /** Removes some causes without dead letters; returns whether there may be more. */
    boolean causes() throws SQLException, IOException;

    /**
     * Removes some counts of minutes that ended longer ago than this age, and enters since when events are counted;
     * returns whether there may be more.
     */
    boolean counts(Duration age) throws SQLException, IOException;

    /**
     * Removes the ids of some removed events that were stored longer ago than this age; returns whether there may be
     * more.
     */
    boolean keys(Duration age) throws SQLException, IOException;

    /** Runs the work while no gateway removes or archives anything. Does not run it if a gateway does. */
    void whileNothingIsRemoved(Work work) throws SQLException, IOException;

    /** Returns the seconds since the oldest event was stored; empty without events. */
    OptionalDouble oldestSeconds() throws SQLException;
}
