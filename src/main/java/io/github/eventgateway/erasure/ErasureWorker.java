package io.github.eventgateway.erasure;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.AdvisoryLock;
import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.ExclusiveWork;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.database.RepeatedWork;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Carries out erasures step by step, on its own thread and with the account that owns the tables. The database holds the progress. If a
 * gateway stops, another one continues, or the same one later. One gateway works at a time. Health stays UP and names a problem. Any
 * thread.
 */
@Component("erasure")
class ErasureWorker implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureWorker.class);

    /** Starts after the migrations. */
    private static final int PHASE = Integer.MIN_VALUE + 2;

    /** A pause for other work of the database. */
    private static final Duration STEP_PAUSE = Duration.ofMillis(20);

    /** The delay until a gateway finds an erasure of another gateway. */
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** The time after which erasures that failed are tried again, although others behind them succeed. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final int MOST_NAMED = 10;

    private static final String CANNOT = "The data of a user cannot be erased. The gateway retries: ";

    /** With this pragma SQLite overwrites deleted data. */
    private static final String OVERWRITE = "PRAGMA secure_delete = ";

    /** Until it is emptied, the write-ahead log of SQLite has pages from before the erasure. */
    private static final String EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)";

    private final ErasureTable table;
    private final UserFields fields;
    private final EventCatalogue catalogue;
    private final Migrations migrations;
    private final AuditTrail audit;
    private final List<ErasurePart> parts;
    private final DataSource owner;
    private final ExclusiveWork exclusive;
    private final boolean isPostgresql;
    private final RepeatedWork work = new RepeatedWork("erasure", LOG, this::attempt);

    /** Only for the worker thread: whether it last saw an unfinished erasure. */
    private boolean isWaiting;

    /** Only for the worker thread: the erasure that it saw last, and the transactions that may not know of it. */
    private String seen;

    private Set<String> readers = Set.of();

    /** The problems of the erasures that failed at their last attempt, by id. */
    private final Map<String, String> failing = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Only for the worker thread: the erasures that failed since it last began with the oldest one. */
    private final Set<String> passed = new HashSet<>();

    /** Only for the worker thread: the last one of them. The next attempt is for one behind it; null for the oldest. */
    private ErasureTable.Row lastPassed;

    private boolean hasSucceeded;
    private long passBegan = System.nanoTime();

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
        requireTypes(fields.typesWithOthers(), catalogue);
        this.table = table;
        this.fields = fields;
        this.catalogue = catalogue;
        this.migrations = migrations;
        this.audit = audit;
        this.parts = new ArrayList<>(parts);
        this.parts.sort(Comparator.comparing(ErasurePart::kind));
        this.isPostgresql = database.isPostgresql();
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

    /** Looks for new work at once. */
    void wake() {
        work.wake();
    }

    /** Returns the reason why some erasures cannot continue, or null if all can. */
    String problem() {
        return work.problem();
    }

    /** Returns the reason why this erasure cannot continue, or null if it can. */
    String problem(String id) {
        String own = failing.get(id);
        return own != null ? CANNOT + own : failing.isEmpty() ? work.problem() : null;
    }

    @Override
    public void start() {
        work.start();
    }

    @Override
    public void stop() {
        work.stop();
    }

    @Override
    public boolean isRunning() {
        return work.isRunning();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Runs one step, if there is one. Returns the pause before the next step. */
    private Duration attempt() {
        if (!migrations.isMigrated()) {
            return INTERVAL;
        }
        try {
            boolean more = hasNext();
            isWaiting = more || lastPassed != null;
            if (more) {
                more = isPostgresql ? exclusive.tryToRun(this::work) : work();
            } else {
                endPass();
            }
            tell();
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
        work.failed(CANNOT + RootCause.text(e));
    }

    /** Begins with the oldest erasure again in time after a success, so that the failed ones do not wait for all others. */
    private boolean hasNext() {
        if (lastPassed != null && hasSucceeded && System.nanoTime() - passBegan > AGAIN.toNanos()) {
            beginWithTheOldest();
        }
        return table.next(lastPassed).isPresent();
    }

    /** The next attempt begins with the oldest erasure. */
    private void endPass() {
        // Another gateway may have done the others.
        failing.keySet().retainAll(passed);
        passed.clear();
        beginWithTheOldest();
    }

    private void beginWithTheOldest() {
        lastPassed = null;
        hasSucceeded = false;
        passBegan = System.nanoTime();
    }

    /** Names one erasure, so that the log gets few lines if all fail for the same reason. */
    private void tell() {
        synchronized (failing) {
            if (failing.isEmpty()) {
                work.succeeded("The data of users can be erased again");
                return;
            }
            Map.Entry<String, String> first = failing.entrySet().iterator().next();
            work.failed("The erasure " + first.getKey() + " cannot continue"
                    + (failing.size() == 1 ? "" : ", nor can others") + ". The gateway retries: " + first.getValue());
        }
    }

    private boolean work() throws SQLException, IOException {
        Optional<ErasureTable.Row> next = table.next(lastPassed);
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
            work(connection, row);
            failing.remove(row.id());
            passed.remove(row.id());
            hasSucceeded = true;
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.debug("The erasure {} failed", row.id(), e);
            failing.put(row.id(), RootCause.text(e));
            passed.add(row.id());
            lastPassed = row;
        }
    }

    private boolean isKnownToAll(String id) {
        if (!id.equals(seen)) {
            readers = table.readers();
            seen = id;
        }
        return table.isKnownToAll(id, readers);
    }

    private void work(Connection connection, ErasureTable.Row row) throws SQLException, IOException {
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
            Sql.execute(connection, OVERWRITE + "OFF");
            if (isEnd) {
                Sql.execute(connection, EMPTY_LOG);
            }
        }
        if (isEnd) {
            LOG.info("The erasure {} is done", row.id());
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

    @Override
    public Health health() {
        Health.Builder health = work.health();
        synchronized (failing) {
            if (!failing.isEmpty()) {
                health.withDetail(
                        "failing", failing.keySet().stream().limit(MOST_NAMED).toList());
            }
        }
        return health.build();
    }
}
