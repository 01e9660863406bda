package io.github.eventgateway.erasure;

import io.github.eventgateway.database.Sql;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the steps of erasures: each part of the gateway erases its data in turn, and the table holds the progress.
 * Before the last step ends, the audit trail records the erasure. One thread at a time.
 */
final class ErasureSteps {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureSteps.class);

    /** With this pragma SQLite overwrites deleted data. */
    private static final String OVERWRITE = "PRAGMA secure_delete = ";

    /** Until it is emptied, the write-ahead log of SQLite has pages from before the erasure. */
    private static final String EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)";

    private final ErasureTable table;
    private final UserFields fields;
    private final EventCatalogue catalogue;
    private final AuditTrail audit;
    private final List<ErasurePart> parts;
    private final boolean isPostgresql;

    ErasureSteps(
            ErasureTable table,
            UserFields fields,
            EventCatalogue catalogue,
            AuditTrail audit,
            List<ErasurePart> parts,
            boolean isPostgresql) {
        this.table = table;
        this.fields = fields;
        this.catalogue = catalogue;
        this.audit = audit;
        this.parts = new ArrayList<>(parts);
        this.parts.sort(Comparator.comparing(ErasurePart::kind));
        this.isPostgresql = isPostgresql;
    }

    /** Carries out the next step of this erasure, and stores its progress. */
    void run(Connection connection, ErasureTable.Row row) throws SQLException, IOException {
        if (!isPostgresql) {
            Sql.execute(connection, OVERWRITE + "ON");
        }
        UserToErase user = new UserToErase(row.id(), fields.values(row.userId(), catalogue), fields);
        int at = at(row.part());
        ErasurePart part = parts.get(at);
        ErasurePart.Step step = part.step(connection, user, row.position());
        boolean isEnd = step.isLast() && at == parts.size() - 1;
        if (isEnd) {
            record(row, part.kind(), step.erased());
        }
        store(connection, row.id(), at, step);
        if (!isPostgresql) {
            Sql.execute(connection, OVERWRITE + "OFF");
            if (isEnd) {
                Sql.execute(connection, EMPTY_LOG);
            }
        }
        if (isEnd) {
            LOG.info("The erasure {} is done", row.id());
        }
    }

    private void store(Connection connection, String id, int at, ErasurePart.Step step) throws SQLException {
        connection.setAutoCommit(false);
        try {
            table.step(connection, id, parts.get(at).kind(), step);
            if (step.isLast() && at == parts.size() - 1) {
                table.end(connection, id, Instant.now().truncatedTo(ChronoUnit.MICROS));
            } else if (step.isLast()) {
                table.step(connection, id, parts.get(at + 1).kind(), new ErasurePart.Step(0, null, false));
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private int at(String part) {
        for (int at = 0; at < parts.size(); at++) {
            if (parts.get(at).kind().word().equals(part)) {
                return at;
            }
        }
        return 0;
    }

    private void record(ErasureTable.Row row, ErasurePart.Kind last, long more) {
        Map<String, Long> counts = new LinkedHashMap<>(row.erased());
        counts.merge(last.word(), more, Long::sum);
        audit.recordOwn("erasure", Map.of("erasure", row.id(), "user_hash", row.userHash()), counts);
    }
}
