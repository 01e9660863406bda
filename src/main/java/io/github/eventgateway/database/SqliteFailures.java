package io.github.eventgateway.database;

import java.sql.SQLException;
import org.sqlite.SQLiteException;

/** Maps failures of SQLite to the SQLStates of PostgreSQL, which distinguish faults of a row from others. */
final class SqliteFailures {

    private static final int PRIMARY_CODE = 0xff;

    private SqliteFailures() {}

    /** Returns a failure with an SQLState. It contains the failure of the driver as a suppressed one. */
    static SQLException of(SQLException failure) {
        if (!(failure instanceof SQLiteException ofDriver)) {
            return failure;
        }
        SQLException converted = new SQLException(failure.getMessage(), state(ofDriver), ofDriver.getResultCode().code);
        converted.setStackTrace(failure.getStackTrace());
        converted.addSuppressed(failure);
        return converted;
    }

    private static String state(SQLiteException failure) {
        return switch (failure.getResultCode()) {
            case SQLITE_CONSTRAINT_NOTNULL -> "23502";
            case SQLITE_CONSTRAINT_FOREIGNKEY -> "23503";
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> "23505";
            case SQLITE_CONSTRAINT_CHECK -> isLength(failure) ? "22001" : "23514";
            case SQLITE_CONSTRAINT_DATATYPE -> "22P02";
            case SQLITE_CONSTRAINT_TRIGGER -> "P0001";
            default -> state(failure.getResultCode().code & PRIMARY_CODE);
        };
    }

    /** The migrations give these constraints such names. */
    private static boolean isLength(SQLiteException failure) {
        return failure.getMessage().matches("(?s).*_length\\)?\\s*");
    }

    private static String state(int code) {
        return switch (code) {
            case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH -> "25006";
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL -> "55P03";
            case SQLITE_NOMEM -> "53200";
            case SQLITE_FULL -> "53100";
            case SQLITE_INTERRUPT -> "57014";
            case SQLITE_IOERR, SQLITE_CANTOPEN -> "58030";
            case SQLITE_CORRUPT, SQLITE_NOTADB -> "XX001";
            case SQLITE_TOOBIG -> "22001";
            case SQLITE_CONSTRAINT -> "23000";
            case SQLITE_MISMATCH -> "22P02";
            default -> "42000";
        };
    }

    // The classes of result codes, https://www.sqlite.org/rescode.html
    private static final int SQLITE_PERM = 3;
    private static final int SQLITE_BUSY = 5;
    private static final int SQLITE_LOCKED = 6;
    private static final int SQLITE_NOMEM = 7;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_INTERRUPT = 9;
    private static final int SQLITE_IOERR = 10;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_CANTOPEN = 14;
    private static final int SQLITE_PROTOCOL = 15;
    private static final int SQLITE_TOOBIG = 18;
    private static final int SQLITE_CONSTRAINT = 19;
    private static final int SQLITE_MISMATCH = 20;
    private static final int SQLITE_AUTH = 23;
    private static final int SQLITE_NOTADB = 26;
}
