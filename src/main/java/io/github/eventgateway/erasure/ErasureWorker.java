package io.github.eventgateway.erasure;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.AdvisoryLock;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.DatabaseWorker;
import io.github.eventgateway.database.ExclusiveWork;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Carries out erasures step by step, on its own thread and with the account that owns the tables. If a gateway stops,
 * another one continues, or the same one later. One gateway works at a time. Health stays UP and names a problem. Any
 * thread.
 */
@Component("erasure")
class ErasureWorker extends DatabaseWorker {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureWorker.class);

    /** A pause for other work of the database. */
    private static final Duration STEP_PAUSE = Duration.ofMillis(20);

    /** The delay until a gateway finds an erasure of another gateway. */
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final String CANNOT = "The data of a user cannot be erased. The gateway retries. Cause: ";

    private final ErasureTable table;
    private final ErasureSteps steps;
    private final DataSource owner;
    private final ExclusiveWork exclusive;
    private final boolean isPostgresql;
    private final FailedErasures failed = new FailedErasures();

    /** Only for the worker thread: whether it last saw an unfinished erasure. */
    private boolean isWaiting;

    /** Only for the worker thread: the erasure that it saw last, and the transactions that may not know of it. */
    private String seen;

    private Set<String> readers = Set.of();

    /** @throws StartupException if a type in {@code gateway.erasure.user-fields} does not exist */
    ErasureWorker(
            ErasureTable table,
            UserFields fields,
            EventCatalogue catalogue,
            Migrations migrations,
            AuditTrail audit,
            List<ErasurePart> parts,
            DataSource dataSource,
            DatabaseSettings database) {
        super("erasure", migrations, INTERVAL);
        requireTypes(fields.typesWithOthers(), catalogue);
        this.table = table;
        this.isPostgresql = database.isPostgresql();
        this.steps = new ErasureSteps(table, fields, catalogue, audit, parts, isPostgresql);
        // The writers of SQLite queue up within one data source, in the order of their arrival.
        this.owner = isPostgresql ? ConnectionPools.ofTheOwner(database) : dataSource;
        this.exclusive = new ExclusiveWork(owner, AdvisoryLock.ERASURE);
    }

    private static void requireTypes(Set<String> types, EventCatalogue catalogue) {
        List<String> known = catalogue.topics().stream()
                .map(Topic::types)
                .flatMap(List::stream)
                .toList();
        for (String type : types) {
            if (!known.contains(type)) {
                throw new StartupException("gateway.erasure.user-fields names the event type '" + type
                        + "', which does not exist: there are " + known);
            }
        }
    }

    /** Returns the reason why this erasure cannot continue, or null if it can. */
    String problem(String id) {
        String own = failed.problem(id);
        return own != null ? CANNOT + own : failed.ids().isEmpty() ? problem() : null;
    }

    /** Runs one step, if there is one. Returns the pause before the next step. */
    @Override
    protected Duration attempt() {
        try {
            failed.beginAgainInTime();
            boolean more = table.next(failed.last()).isPresent();
            isWaiting = more || failed.last() != null;
            if (more) {
                more = isPostgresql ? exclusive.tryToRun(this::work) : work();
            } else {
                failed.endPass();
            }
            report();
            return more ? STEP_PAUSE : INTERVAL;
        } catch (DataAccessException e) {
            // Without an erasure this is an outage of the database, which others report.
            if (isWaiting) {
                failed(e);
            }
        } catch (SQLException | IOException | RuntimeException e) {
            failed(e);
        }
        return INTERVAL;
    }

    private void failed(Exception e) {
        failed(CANNOT + RootCause.text(e));
    }

    private void report() {
        String problem = failed.problem();
        if (problem == null) {
            succeeded("The data of users can be erased again");
        } else {
            failed(problem);
        }
    }

    private boolean work() throws SQLException, IOException {
        Optional<ErasureTable.Row> next = table.next(failed.last());
        if (next.isEmpty() || !isKnownToAll(next.get().id())) {
            return false;
        }
        try (Connection connection = owner.getConnection()) {
            tryToWork(connection, next.get());
        }
        return true;
    }

    /** A failure of one erasure does not stop the ones behind it. */
    private void tryToWork(Connection connection, ErasureTable.Row row) {
        try {
            steps.run(connection, row);
            failed.remove(row.id());
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.debug("The erasure {} failed", row.id(), e);
            failed.add(row, RootCause.text(e));
        }
    }

    private boolean isKnownToAll(String id) {
        if (!id.equals(seen)) {
            readers = table.readers();
            seen = id;
        }
        return table.isKnownToAll(id, readers);
    }

    @Override
    public Health health() {
        Health health = super.health();
        List<String> failing = failed.ids();
        return failing.isEmpty()
                ? health
                : Health.status(health.getStatus())
                        .withDetails(health.getDetails())
                        .withDetail("failing", failing)
                        .build();
    }
}
