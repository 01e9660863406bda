package io.github.eventgateway.erasure;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Does what erasures ask for, on a thread of its own and with the account that owns the tables, one step after another. The steps and
 * their progress are in the database: where a gateway stops, another one, or the same one later, goes on. One gateway works at a time.
 * Health stays up, since the gateway works, and names a problem. Any thread.
 */
@Component("erasure")
class ErasureWorker implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureWorker.class);

    /** After the migrations. */
    private static final int PHASE = Integer.MIN_VALUE + 2;

    /** So that the database does other work in between. */
    private static final long BREATH_MILLIS = 20;

    /** How soon a gateway finds the erasures that another one entered, or left. */
    private static final long INTERVAL_MILLIS = 2000;

    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7234017283807670)";

    /** SQLite overwrites what is deleted. */
    private static final String OVERWRITE = "PRAGMA secure_delete = ";

    /** The write-ahead log of SQLite holds pages from before the erasure until it is emptied. */
    private static final String EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)";

    private final ErasureTable table;
    private final UserFields fields;
    private final EventCatalogue catalogue;
    private final Migrations migrations;
    private final AuditTrail audit;
    private final List<ErasurePart> parts;
    private final DataSource owner;
    private final boolean isPostgresql;
    private final Semaphore wakes = new Semaphore(0);
    private volatile String problem;
    private volatile Thread worker;

    /** Only for the worker: whether it last saw an erasure that is not done. */
    private boolean isWaiting;

    /** @throws StartupException when a type of {@code gateway.erasure.user-fields} does not exist */
    ErasureWorker(
            ErasureTable table,
            UserFields fields,
            EventCatalogue catalogue,
            Migrations migrations,
            AuditTrail audit,
            List<ErasurePart> parts,
            DataSource dataSource,
            DatabaseSettings database) {
        requireTypes(fields.typesWithOthers(), catalogue);
        this.table = table;
        this.fields = fields;
        this.catalogue = catalogue;
        this.migrations = migrations;
        this.audit = audit;
        this.parts = new ArrayList<>(parts);
        this.parts.sort(Comparator.comparing(ErasurePart::kind));
        this.isPostgresql = database.isPostgresql();
        // the writers of the embedded database wait for each other in the order in which they came, within one data
        // source
        this.owner = isPostgresql ? ConnectionPools.ofTheOwner(database) : dataSource;
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

    /** There is work. Returns at once. */
    void wake() {
        wakes.release();
    }

    /** Why erasures do not go on; null where they do. */
    String problem() {
        return problem;
    }

    @Override
    public synchronized void start() {
        if (worker == null) {
            Thread thread = new Thread(this::run, "erasure");
            thread.setDaemon(true);
            worker = thread;
            thread.start();
        }
    }

    @Override
    public synchronized void stop() {
        Thread stopping = worker;
        worker = null;
        if (stopping != null) {
            stopping.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void run() {
        while (worker == Thread.currentThread()) {
            try {
                boolean more = migrations.isMigrated() && attempt();
                if (more) {
                    Thread.sleep(BREATH_MILLIS);
                } else if (wakes.tryAcquire(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One step; whether another may follow at once. */
    private boolean attempt() {
        try {
            isWaiting = table.next().isPresent();
            boolean more = isWaiting && alone();
            tell(null);
            return more;
        } catch (DataAccessException e) {
            // without an erasure this is an outage of the database, which others report
            if (isWaiting) {
                tell("The data of a user cannot be erased. The gateway retries: " + RootCause.text(e));
            }
            return false;
        } catch (SQLException | IOException | RuntimeException e) {
            tell("The data of a user cannot be erased. The gateway retries: " + RootCause.text(e));
            return false;
        }
    }

    /** Works unless another gateway does; the lock is that of a transaction, since a pooler may lend the session to others. */
    private boolean alone() throws SQLException, IOException {
        if (!isPostgresql) {
            return work();
        }
        try (Connection guard = owner.getConnection()) {
            guard.setAutoCommit(false);
            boolean more = isMine(guard) && work();
            guard.rollback();
            return more;
        }
    }

    private boolean work() throws SQLException, IOException {
        Optional<ErasureTable.Row> next = table.next();
        if (next.isEmpty() || !table.isKnownToAll(next.get().id())) {
            return false;
        }
        try (Connection connection = owner.getConnection()) {
            work(connection, next.get());
        }
        return true;
    }

    /** Takes the lock if nobody has it. */
    private static boolean isMine(Connection guard) throws SQLException {
        try (Statement statement = guard.createStatement();
                ResultSet rows = statement.executeQuery(LOCK)) {
            boolean mine = rows.next() && rows.getBoolean(1);
            // the snapshot of the query is kept until another statement takes its place
            guard.setSavepoint();
            return mine;
        }
    }

    private void work(Connection connection, ErasureTable.Row row) throws SQLException, IOException {
        if (!isPostgresql) {
            execute(connection, OVERWRITE + "ON");
        }
        UserToErase user =
                new UserToErase(row.id(), row.userId(), Erasures.values(row.userId(), fields, catalogue), fields);
        int at = at(row.part());
        ErasurePart part = parts.get(at);
        ErasurePart.Step step = part.step(connection, user, row.position());
        boolean isEnd = step.isLast() && at == parts.size() - 1;
        if (isEnd) {
            record(row, part.kind(), step.erased());
        }
        connection.setAutoCommit(false);
        try {
            table.step(connection, row.id(), part.kind(), step);
            if (isEnd) {
                table.end(connection, row.id(), Instant.now().truncatedTo(ChronoUnit.MICROS));
            } else if (step.isLast()) {
                table.step(connection, row.id(), parts.get(at + 1).kind(), new ErasurePart.Step(0, null, false));
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        if (!isPostgresql) {
            execute(connection, OVERWRITE + "OFF");
            if (isEnd) {
                execute(connection, EMPTY_LOG);
            }
        }
        if (isEnd) {
            LOG.info("The erasure {} is done", row.id());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
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

    private void tell(String now) {
        if (now != null && !now.equals(problem)) {
            LOG.warn(now);
        } else if (now == null && problem != null) {
            LOG.info("The data of users can be erased again");
        }
        problem = now;
    }

    @Override
    public Health health() {
        String known = problem;
        Health.Builder health = Health.up();
        return known == null
                ? health.build()
                : health.withDetail("problem", known).build();
    }
}
