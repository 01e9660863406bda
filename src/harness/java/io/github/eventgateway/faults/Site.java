package io.github.eventgateway.faults;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.ChildProcess;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** All processes of a scenario: brokers, a database, gateways, and proxies between them. */
final class Site implements AutoCloseable {

    static final int SESSION_TIMEOUT_MS = 6000;
    static final int MAX_POLL_INTERVAL_MS = 15_000;
    private static final YearMonth FIRST_MONTH = YearMonth.of(2001, 1);

    private final Layout layout;
    private final Build build;
    private final int embeddedPort = ChildProcess.freePort();
    private final Map<String, String> environment;
    private final List<TcpProxy> brokerProxies = new CopyOnWriteArrayList<>();
    private final List<TcpProxy> bootstrap = new ArrayList<>();
    private final List<Integer> brokerPorts = new ArrayList<>();
    private final List<BrokerProcess> brokers;
    private final PostgresProcess postgres;
    private final TcpProxy databaseProxy;
    private final List<GatewayProcess> gateways = new CopyOnWriteArrayList<>();
    private YearMonth month;

    /** The database for events. */
    enum Database {
        POSTGRESQL,
        POSTGRESQL_ON_SMALL_DISK,
        SQLITE
    }

    /**
     * @param brokers one broker, or three with replication 3 and at least 2 in-sync replicas; none for the broker
     *     inside a gateway
     * @param database PostgreSQL in its own process, on a normal or small disk, or SQLite in the gateway
     * @param gateways the number of gateways at the beginning
     * @param change the changes to them
     */
    record Layout(int brokers, Database database, int gateways, GatewayChange change) {

        static final Layout USUAL = new Layout(1, Database.POSTGRESQL, 1, GatewayChange.NONE);

        boolean postgres() {
            return database != Database.SQLITE;
        }

        Layout changed(GatewayChange unsafe) {
            return new Layout(brokers, database, gateways, unsafe);
        }
    }

    Site(Layout layout) {
        this(layout, Build.OF_THE_TESTS, Map.of(), Map.of());
    }

    /**
     * @param build the build of the first gateways
     * @param brokerSettings further settings of the brokers
     * @param environment further variables of the gateways
     */
    Site(Layout layout, Build build, Map<String, String> brokerSettings, Map<String, String> environment) {
        this.layout = layout;
        this.build = build;
        this.environment = environment;
        Map<String, String> settings = brokerSettings(layout.brokers());
        settings.putAll(brokerSettings);
        brokers = BrokerProcess.cluster(layout.brokers(), settings, port -> {
            brokerPorts.add(port);
            bootstrap.add(TcpProxy.to(port));
            brokerProxies.add(TcpProxy.to(port));
            return brokerProxies.get(brokerProxies.size() - 1).port();
        });
        postgres = switch (layout.database()) {
            case POSTGRESQL -> PostgresProcess.start();
            case POSTGRESQL_ON_SMALL_DISK -> PostgresProcess.onSmallDisk();
            case SQLITE -> null;
        };
        keepCommitTimes();
        databaseProxy = layout.postgres() ? TcpProxy.to(postgres.port()) : null;
        for (int i = 0; i < layout.gateways(); i++) {
            gateways.add(newGateway());
        }
        gateways.forEach(GatewayProcess::launch);
        gateways.forEach(GatewayProcess::awaitReady);
        refuseRows();
    }

    private static Map<String, String> brokerSettings(int count) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.min.session.timeout.ms", "1000");
        if (count > 1) {
            settings.put("offsets.topic.replication.factor", "3");
            settings.put("min.insync.replicas", "2");
            settings.put("broker.session.timeout.ms", "6000");
        }
        return settings;
    }

    /** Prepares another gateway that no client calls yet. */
    GatewayProcess newGateway() {
        Map<String, String> all = new TreeMap<>();
        if (brokers.isEmpty()) {
            all.put("KAFKA_EMBEDDED_PORT", String.valueOf(embeddedPort));
        } else {
            all.put(
                    "KAFKA_BROKERS",
                    bootstrap.stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(",")));
            all.put("KAFKA_TOPIC_REPLICATION", String.valueOf(brokers.size()));
        }
        all.put("KAFKA_SESSION_TIMEOUT_MS", String.valueOf(SESSION_TIMEOUT_MS));
        all.put("KAFKA_HEARTBEAT_INTERVAL_MS", "1500");
        if (postgres != null) {
            all.put("DATABASE_URL", PostgresProcess.url(databaseProxy.port()));
            all.put("DATABASE_USER", "postgres");
        }
        all.putAll(environment);
        Map<String, String> settings = new TreeMap<>();
        settings.put("gateway.store.max-poll-interval-ms", String.valueOf(MAX_POLL_INTERVAL_MS));
        settings.put("gateway.store.redeliveries", "2");
        settings.put("gateway.store.redelivery-delay-max-ms", "1000");
        settings.put("gateway.database.socket-timeout", "4s");
        settings.put("gateway.database.connect-timeout", "2s");
        return new GatewayProcess(build, all, settings, layout.change());
    }

    /** The checker needs to know which row was visible first. */
    private void keepCommitTimes() {
        if (postgres == null) {
            return;
        }
        execute("ALTER SYSTEM SET track_commit_timestamp = on");
        postgres.restart();
    }

    /** Makes the database reject the rows of some records that the gateway considers valid. */
    private void refuseRows() {
        if (postgres == null) {
            return;
        }
        execute("""
                CREATE FUNCTION refuse_name() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.username = '%s' THEN RAISE EXCEPTION 'not this one'; END IF;
                    RETURN NEW;
                END $$""".formatted(Poison.RAISED_NAME));
        execute("CREATE TRIGGER refuse_name BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_name()");
        execute("CREATE INDEX too_large ON event (payload)");
        execute("ALTER TABLE event ADD CONSTRAINT refused_name CHECK (username <> '" + Poison.REFUSED_NAME + "')");
    }

    /** With the trigger the table of events would not be partitioned. */
    void dropTheTrigger() {
        execute("DROP TRIGGER refuse_name ON event");
    }

    /** Returns whether the table of events is partitioned within a minute. */
    boolean awaitPartitions() {
        try {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::isInPartitions);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private boolean isInPartitions() throws SQLException {
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT relkind = 'p' FROM pg_class WHERE oid = 'event'::regclass")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    void execute(String sql) {
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns PostgreSQL with its owner's account. */
    DataSource database() {
        return new DriverManagerDataSource(PostgresProcess.url(postgres.port()), "postgres", "");
    }

    /** Attaches the next full month of the past, which retention can remove; returns the months. */
    synchronized OldMonths attachMonth(int rows) {
        OldMonths months = new OldMonths(new JdbcTemplate(database()));
        if (month == null) {
            months.makeRoom();
        }
        month = month == null ? FIRST_MONTH : month.plusMonths(1);
        months.attach(month, rows);
        return months;
    }

    Layout layout() {
        return layout;
    }

    List<BrokerProcess> brokers() {
        return brokers;
    }

    PostgresProcess postgres() {
        return postgres;
    }

    List<GatewayProcess> gateways() {
        return gateways;
    }

    List<TcpProxy> brokerProxies() {
        return brokerProxies;
    }

    TcpProxy databaseProxy() {
        return databaseProxy;
    }

    /**
     * Kills a broker and starts it at another address. Clients that know only the old address no longer reach it. The
     * bootstrap address does not change.
     */
    void move(int broker) {
        TcpProxy next = TcpProxy.to(brokerPorts.get(broker));
        brokers.get(broker).advertise(next.port());
        brokerProxies.set(broker, next).close();
        brokers.get(broker).restart();
    }

    /** Returns the addresses for clients without a proxy. */
    String directBrokers() {
        return brokers.isEmpty()
                ? "127.0.0.1:" + embeddedPort
                : brokers.stream().map(BrokerProcess::direct).collect(Collectors.joining(","));
    }

    /** Opens a connection without a proxy. The file of SQLite belongs to the gateway, which must have ended. */
    Connection connect() throws SQLException {
        if (postgres != null) {
            return postgres.connect();
        }
        Path file = gateways.get(0).folder().resolve("data/events.db").toAbsolutePath();
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    /** Keeps the logs of the gateways for the analysis of a failure. */
    void keepLogs(Path folder) {
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < gateways.size(); i++) {
                Files.writeString(
                        folder.resolve("gateway-" + i + ".log"), gateways.get(i).output());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        gateways.forEach(GatewayProcess::close);
        bootstrap.forEach(TcpProxy::close);
        brokerProxies.forEach(TcpProxy::close);
        if (postgres != null) {
            databaseProxy.close();
            postgres.close();
        }
        brokers.forEach(broker -> {
            broker.kill();
            broker.close();
        });
    }
}
