package io.github.eventgateway.retention;

import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Removes what is too old from one kind of database, step by step. Several gateways can call it at once, and again after a step was
 * broken off. One thread at a time.
 */
interface Trimmer {

    /** Removes some events that were stored longer ago than this; returns whether there may be more. */
    boolean events(Duration age) throws SQLException;

    /** Removes some dead letters that are older than this; returns whether there may be more. */
    boolean deadLetters(Duration age) throws SQLException;

    /** Forgets the ids of some removed events that were stored longer ago than this; returns whether there may be more. */
    boolean keys(Duration age) throws SQLException;

    /** Returns for how many seconds the oldest event has been stored; empty where there is none. */
    OptionalDouble oldestSeconds() throws SQLException;
}
