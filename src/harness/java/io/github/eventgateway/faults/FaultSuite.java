package io.github.eventgateway.faults;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.eventgateway.faults.Fault.Target;
import io.github.eventgateway.faults.Scenario.Promise;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The long form of the fault suite; {@code bench/faults} runs it. Its system properties: {@code faults.seed},
 * {@code faults.minutes} (of faults, for all scenarios together), {@code faults.only} (a regular expression of the names
 * of scenarios), {@code faults.outage} (seconds of a long outage), {@code faults.clients} and {@code faults.pause} (milliseconds) for the load.
 *
 * <p>The scenarios whose names begin with {@code unsafe} run a gateway that somebody has made unsafe, and succeed when the
 * checker notices.
 */
class FaultSuite {

    private static final int UNSAFE_SECONDS = 60;
    private static final int OVERLOAD_CLIENTS = 100;
    private static final Duration UNSAFE_DRAIN_LIMIT = Duration.ofMinutes(1);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(15);
    private static final String GROUP = """
                      groupId: "{{group}}"
            """;
    private static final String COMMIT_BY_ITSELF = GROUP + """
                      autoCommitEnable: true
                      autoCommitIntervalMs: 100
                      breakOnFirstError: false
            """;
    private static final String COMMIT = """
                      - bean:
                          id: commit-batch
                          ref: offsets
                          method: "commit(${exchangeProperty.batch})"
            """;
    private static final String COMMIT_OF_LAST_PARTITION = """
                      - setBody:
                          id: commit-batch
                          expression:
                            simple:
                              expression: "${header.CamelKafkaManualCommit.commit()}"
            """;
    private static final String RETRIES = """
                      redeliveryPolicy:
                        maximumRedeliveries: "{{gateway.store.redeliveries}}"
            """;
    private static final String SWALLOWED = """
                      handled:
                        constant:
                          expression: "true"
                      redeliveryPolicy:
                        maximumRedeliveries: 0
            """;
    private static final String STORE = "store-events.camel.yaml";
    private static final List<String> TABLE = new ArrayList<>();

    private final long seed =
            Long.getLong("faults.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    private final int clients = Integer.getInteger("faults.clients", 4);
    private final int pause = Integer.getInteger("faults.pause", 20);

    @TestFactory
    Stream<DynamicTest> whateverHappens_nothingIsLost_doubled_orDeadLetteredInHealth() {
        List<Scenario> wanted = wanted(safe());
        Duration each = Duration.ofSeconds(60 * Long.getLong("faults.minutes", 30) / Math.max(1, wanted.size()));
        return wanted.stream().map(scenario -> green(scenario, each));
    }

    private DynamicTest green(Scenario scenario, Duration duration) {
        return dynamicTest(scenario.name(), () -> {
            Verdict verdict = run(scenario, duration);
            if (!verdict.isGreen()) {
                throw new AssertionError("seed " + seed + ": " + verdict);
            }
        });
    }

    /** One outage of {@code faults.outage} seconds, by default ten minutes. */
    @TestFactory
    Stream<DynamicTest> aLongOutage_losesNothing_andDeadLettersNothing() {
        List<Scenario> outages = List.of(
                scenario("long outage of the database", Site.Layout.USUAL, 1, Fault.LONG_DATABASE_OUTAGE::equals),
                scenario("long outage of the broker", Site.Layout.USUAL, 1, Fault.LONG_BROKER_OUTAGE::equals)
                        .promising(Promise.REFUSED_AT_ONCE));
        return wanted(outages).stream().map(scenario -> green(scenario, Duration.ofSeconds(1)));
    }

    @TestFactory
    Stream<DynamicTest> whenTheGatewayIsMadeUnsafe_theCheckerNotices() {
        return wanted(unsafe()).stream()
                .map(scenario -> dynamicTest(scenario.name(), () -> {
                    Verdict verdict = run(scenario, Duration.ofSeconds(UNSAFE_SECONDS));
                    if (!verdict.isDataBroken()) {
                        throw new AssertionError("seed " + seed + ": the checker reported nothing; " + verdict);
                    }
                }));
    }

    @AfterAll
    static void printTable() {
        System.out.println("| scenario | seed | faults | acknowledged | on the topic twice | stored | poison"
                + " | dead-lettered | refused requests | catch-up | slowest 2xx | broken promises |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        TABLE.forEach(System.out::println);
    }

    private Verdict run(Scenario scenario, Duration duration) throws Exception {
        System.out.printf("%s: -Dfaults.seed=%d -Dfaults.only='%s'%n", scenario.name(), seed, scenario.name());
        Verdict verdict = scenario.run(seed, duration);
        Map<Breach, Long> breaches = verdict.breaches();
        TABLE.add("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d s | %d ms | %s |"
                .formatted(
                        scenario.name(),
                        seed,
                        verdict.of(Count.FAULTS),
                        verdict.of(Count.ACKNOWLEDGED),
                        verdict.of(Count.DUPLICATES_ON_TOPIC),
                        verdict.of(Count.STORED),
                        verdict.of(Count.POISON),
                        verdict.of(Count.DEAD_LETTERS),
                        verdict.of(Count.REFUSED_REQUESTS),
                        verdict.of(Count.CATCH_UP_SECONDS),
                        verdict.of(Count.SLOWEST_ACCEPTANCE_MILLIS),
                        breaches.isEmpty() ? "none" : breaches));
        System.out.println(scenario.name() + ": " + verdict);
        return verdict;
    }

    private List<Scenario> safe() {
        Site.Layout usual = Site.Layout.USUAL;
        Site.Layout two = new Site.Layout(1, Site.Database.POSTGRESQL, 2, GatewayChange.NONE);
        Site.Layout three = new Site.Layout(3, Site.Database.POSTGRESQL, 2, GatewayChange.NONE);
        Site.Layout sqlite = new Site.Layout(1, Site.Database.SQLITE, 1, GatewayChange.NONE);
        Site.Layout smallDisk = new Site.Layout(1, Site.Database.POSTGRESQL_ON_SMALL_DISK, 1, GatewayChange.NONE);
        return List.of(
                scenario("gateway is killed", usual, 1, fault -> fault == Fault.KILL_GATEWAY),
                scenario("gateway is frozen", usual, 1, fault -> fault.name().startsWith("FREEZE_GATEWAY")),
                scenario("gateway is stopped", usual, 1, Fault.TERMINATE_GATEWAY::equals)
                        .promising(Promise.EVERYBODY_IS_ANSWERED),
                scenario("second gateway comes and goes", usual, 1, Fault.SECOND_GATEWAY_COMES_AND_GOES::equals),
                scenario("broker is killed", usual, 1, fault -> fault == Fault.KILL_BROKER),
                scenario("broker moves", usual, 1, Fault.MOVE_BROKER::equals),
                scenario("broker is frozen", usual, 1, fault -> fault.name().startsWith("FREEZE_BROKER")),
                scenario("broker's network fails", usual, 1, ofNetwork(Target.BROKER)),
                scenario("broker's answers are garbled", usual, 1, Fault.GARBLE_BROKER::equals),
                scenario("dead-letter topic fails", usual, 1, Fault.DEAD_LETTER_TOPIC_OUT_OF_REACH::equals),
                new Scenario(
                        "more load than it can carry",
                        usual.changed(GatewayChange.of(Map.of("gateway.http.max-in-flight-requests", "50"))),
                        List.of(),
                        1,
                        OVERLOAD_CLIENTS,
                        0,
                        DRAIN_LIMIT,
                        Promise.REFUSED_AT_ONCE),
                scenario("database is killed", usual, 1, fault -> fault == Fault.KILL_DATABASE),
                scenario("database is frozen", usual, 1, fault -> fault.name().startsWith("FREEZE_DATABASE")),
                scenario("database is read-only", usual, 1, Fault.READ_ONLY_DATABASE::equals),
                scenario("table refuses all", usual, 1, fault -> fault.name().startsWith("TABLE")),
                scenario("database's network fails", usual, 1, ofNetwork(Target.DATABASE)),
                scenario("database's disk is full", smallDisk, 1, Fault.FILL_DISK_OF_DATABASE::equals),
                scenario(
                        "old partitions are removed",
                        usual.changed(GatewayChange.of(
                                Map.of("gateway.retention.events", "365d", "gateway.retention.interval", "200ms"))),
                        2,
                        fault -> fault == Fault.REMOVE_MONTH || fault == Fault.KILL_GATEWAY),
                scenario("SQLite, everything", sqlite, 2, Fault::isEveryday),
                scenario("two gateways, everything", two, 3, Fault::isEveryday),
                scenario("three brokers, two gateways, everything", three, 3, Fault::isEveryday));
    }

    private List<Scenario> unsafe() {
        Site.Layout sqlite = new Site.Layout(1, Site.Database.SQLITE, 1, GatewayChange.NONE);
        return List.of(
                unsafe(
                        "auto-commit",
                        Site.Layout.USUAL,
                        GatewayChange.of(STORE, GROUP, COMMIT_BY_ITSELF),
                        1,
                        fault -> fault == Fault.REFUSE_DATABASE || fault == Fault.FREEZE_DATABASE_PAST_MAX_POLL),
                unsafe(
                        "errors are swallowed",
                        Site.Layout.USUAL,
                        GatewayChange.of("error-policy.camel.yaml", RETRIES, SWALLOWED),
                        1,
                        fault -> fault == Fault.REFUSE_DATABASE || fault == Fault.FREEZE_DATABASE_PAST_MAX_POLL),
                unsafe(
                        "last partition is committed only",
                        Site.Layout.USUAL,
                        GatewayChange.of(STORE, COMMIT, COMMIT_OF_LAST_PARTITION),
                        1,
                        fault -> fault == Fault.KILL_GATEWAY),
                // A killed process loses nothing that SQLite has written, even without synchronisation. Only this
                // change loses data.
                unsafe(
                        "SQLite's write-ahead log is removed before a start",
                        sqlite,
                        GatewayChange.removing("data/events.db-wal"),
                        1,
                        fault -> fault == Fault.KILL_GATEWAY));
    }

    private Scenario scenario(String name, Site.Layout layout, int together, Predicate<Fault> faults) {
        return new Scenario(
                name, layout, Fault.all(layout, faults), together, clients, pause, DRAIN_LIMIT, Promise.NOTHING_MORE);
    }

    private Scenario unsafe(
            String name, Site.Layout layout, GatewayChange change, int together, Predicate<Fault> faults) {
        Site.Layout changed = layout.changed(change);
        return new Scenario(
                "unsafe: " + name,
                changed,
                Fault.all(changed, faults),
                together,
                clients,
                pause,
                UNSAFE_DRAIN_LIMIT,
                Promise.NOTHING_MORE);
    }

    private static Predicate<Fault> ofNetwork(Target target) {
        return fault -> fault.target() == target && !fault.name().matches("(KILL|FREEZE|LONG|READ_ONLY|TABLE|MOVE).*");
    }

    private static List<Scenario> wanted(List<Scenario> all) {
        String only = System.getProperty("faults.only", ".*");
        return all.stream().filter(scenario -> scenario.name().matches(only)).toList();
    }
}
