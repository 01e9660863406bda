package io.github.eventgateway.faults;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import io.github.eventgateway.testing.BrokerProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * From the previous build of the gateway to this one; {@code bench/upgrade} builds both and runs it. Its system properties:
 * {@code upgrade.old} (a folder with the previous {@code event-gateway.jar}, its application.yaml and routes, and in
 * {@code BOOT-INF/lib} the libraries of the jar), {@code upgrade.only} (a regular expression of the names),
 * {@code upgrade.seed}, {@code upgrade.clients} and {@code upgrade.pause} (milliseconds) for the load.
 *
 * <p>Those whose names begin with {@code unsafe} go wrong on purpose, and succeed when the checker notices.
 */
class UpgradeSuite {

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);
    private static final Duration UNSAFE_DRAIN_LIMIT = Duration.ofSeconds(40);
    private static final Consumer<Site> NOTHING = site -> {};
    private static final String A_ROW_LESS = "DELETE FROM event WHERE id = (SELECT max(id) FROM event)";
    private static final List<String> TABLE = new ArrayList<>();

    private final long seed =
            Long.getLong("upgrade.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    private final int clients = Integer.getInteger("upgrade.clients", 4);
    private final int pause = Integer.getInteger("upgrade.pause", 50);
    private final Path old = Path.of(System.getProperty("upgrade.old", "target/upgrade/old"));
    private final Build from = Build.jar("the previous build", old.resolve("event-gateway.jar"), old);
    /** The new build partitions the table of events at once, under load. */
    private final Build to = Build.jar("this build", Path.of("target/event-gateway.jar"), Path.of(""))
            .with("gateway.database.partitions.after", "0s")
            .with("gateway.database.partitions.interval", "1s");

    @TestFactory
    Stream<DynamicTest> fromThePreviousBuild_nothingIsLost_doubled_orForgotten() {
        return Stream.of(
                        embedded("stopped, embedded Kafka and PostgreSQL", to, false, DRAIN_LIMIT, NOTHING),
                        embedded("killed, embedded Kafka and PostgreSQL", to, true, DRAIN_LIMIT, NOTHING),
                        new OwnKeysUpgrade("stopped, everything embedded", from, to),
                        rolling(
                                "one after the other, Kafka of the previous build",
                                Map.of(
                                        BrokerProcess.CLASS_PATH,
                                        "target/test-classes" + File.pathSeparator + old + "/BOOT-INF/lib/*")),
                        rolling("one after the other, Kafka of this build", Map.of()))
                .filter(this::isWanted)
                .map(upgrade -> dynamicTest(upgrade.name(), () -> {
                    Verdict verdict = run(upgrade);
                    if (!verdict.isGreen()) {
                        throw new AssertionError("seed " + seed + ": " + verdict);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> whenAnUpgradeGoesWrong_theCheckerNotices() {
        Map<Upgrade, Breach> wrong = new LinkedHashMap<>();
        wrong.put(
                embedded(
                        "unsafe: this build consumes in another group",
                        to.with("gateway.store.group", "event-gateway-store-2"),
                        false,
                        UNSAFE_DRAIN_LIMIT,
                        NOTHING),
                Breach.FORGOTTEN);
        wrong.put(
                embedded(
                        "unsafe: this build has another audit key",
                        to.with("gateway.audit.secret", "another-audit-secret-that-is-long-enough"),
                        false,
                        UNSAFE_DRAIN_LIMIT,
                        NOTHING),
                Breach.FORGOTTEN);
        wrong.put(
                embedded("unsafe: a row is dropped", to, false, DRAIN_LIMIT, site -> site.execute(A_ROW_LESS)),
                Breach.LOST);
        return wrong.entrySet().stream()
                .filter(entry -> isWanted(entry.getKey()))
                .map(entry -> dynamicTest(entry.getKey().name(), () -> {
                    Verdict verdict = run(entry.getKey());
                    if (!verdict.breaches().containsKey(entry.getValue())) {
                        throw new AssertionError("seed " + seed + ": the checker reported nothing; " + verdict);
                    }
                }));
    }

    @AfterAll
    static void printTable() {
        System.out.println("| upgrade | seed | exchanges | acknowledged | stored | poison | dead-lettered"
                + " | replayed | refused requests | catch-up | slowest 2xx | time | broken promises |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        TABLE.forEach(System.out::println);
    }

    private EmbeddedUpgrade embedded(
            String name, Build target, boolean killed, Duration drainLimit, Consumer<Site> sabotage) {
        return new EmbeddedUpgrade(name, from, target, killed, clients, pause, drainLimit, sabotage);
    }

    private RollingUpgrade rolling(String name, Map<String, String> brokerSettings) {
        boolean back = migrations(old).equals(migrations(Path.of("")));
        return new RollingUpgrade(name, from, to, back, brokerSettings, clients, pause, DRAIN_LIMIT);
    }

    private Verdict run(Upgrade upgrade) throws Exception {
        System.out.printf("%s: -Dupgrade.seed=%d -Dupgrade.only='%s'%n", upgrade.name(), seed, upgrade.name());
        long begin = System.nanoTime();
        Verdict verdict = upgrade.run(seed);
        TABLE.add("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d s | %d ms | %d s | %s |"
                .formatted(
                        upgrade.name(),
                        seed,
                        verdict.of(Count.FAULTS),
                        verdict.of(Count.ACKNOWLEDGED),
                        verdict.of(Count.STORED),
                        verdict.of(Count.POISON),
                        verdict.of(Count.DEAD_LETTERS),
                        verdict.of(Count.REPLAYED),
                        verdict.of(Count.REFUSED_REQUESTS),
                        verdict.of(Count.CATCH_UP_SECONDS),
                        verdict.of(Count.SLOWEST_ACCEPTANCE_MILLIS),
                        Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                        verdict.isGreen() ? "none" : verdict.breaches()));
        System.out.println(upgrade.name() + ": " + verdict);
        return verdict;
    }

    private boolean isWanted(Upgrade upgrade) {
        return upgrade.name().matches(System.getProperty("upgrade.only", "(?!unsafe).*"));
    }

    /** Returns the texts of the migrations for PostgreSQL. If one build has more of them, a gateway cannot go back. */
    private static Map<String, String> migrations(Path files) {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> all = Files.list(files.resolve("src/main/resources/db/migration/postgresql"))) {
            for (Path one : all.toList()) {
                texts.put(one.getFileName().toString(), Files.readString(one));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
