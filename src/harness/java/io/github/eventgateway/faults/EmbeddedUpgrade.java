package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import io.github.eventgateway.testing.WebhookServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Upgrades a gateway with an embedded broker and PostgreSQL under load. The new build uses the same data folder and
 * tables.
 *
 * @param name its name in the report
 * @param from the old build
 * @param to the new build
 * @param killed true if the old build is killed before it has stored all events; false if it is stopped
 * @param clients the number of HTTP clients
 * @param pauseMillis their pause between requests
 * @param drainLimit the maximum time after the last request until all is stored
 * @param sabotage an action before everything is counted
 */
record EmbeddedUpgrade(
        String name,
        Build from,
        Build to,
        boolean killed,
        int clients,
        int pauseMillis,
        Duration drainLimit,
        Consumer<Site> sabotage)
        implements Upgrade {

    /** The user in the events that are sent as data alone. */
    static final String USER = "typed-user";

    private static final Site.Layout LAYOUT = new Site.Layout(0, Site.Database.POSTGRESQL, 1, GatewayChange.NONE);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration LAST_REQUEST_LIMIT = Duration.ofMinutes(3);
    private static final Duration ALERT_LIMIT = Duration.ofMinutes(1);
    private static final Pattern ANCHOR = Pattern.compile("Audit anchor ([0-9]+[.][0-9a-f]{64})");
    /** The operator replays all records that the database rejects, so all of them must become valid later. */
    private static final List<Poison> KINDS = Stream.of(Poison.values())
            .filter(kind -> !kind.isRefusedByTheDatabase())
            .toList();

    @Override
    public Verdict run(long seed) throws Exception {
        try (WebhookServer webhook = WebhookServer.start();
                Site site = new Site(LAYOUT, from, Map.of(), Map.of("ALERT_WEBHOOK_URL", webhook.plainUrl()))) {
            site.dropTheTrigger();
            site.execute("ALTER TABLE event ADD CONSTRAINT refused_user CHECK (user_id NOT LIKE 'refused-%')");
            Load load = Load.start(site, seed, clients, pauseMillis, KINDS);
            Passage passage = new Passage(site, webhook, load);
            try {
                passage.before();
                passage.change();
                passage.after();
            } finally {
                load.stop(LAST_REQUEST_LIMIT);
            }
            return passage.judge();
        }
    }

    /** One run. */
    private final class Passage {

        private static final int FEW = 8;
        private static final int REFUSED = 6;
        private static final int NOT_STORED = 300;

        private final Site site;
        private final WebhookServer webhook;
        private final Load load;
        private final GatewayProcess gateway;
        private final Operator operator;
        private final Findings findings;
        private final Verdict seen = new Verdict();
        private final List<Sent> sent = new ArrayList<>();
        private final List<Sent> alerted = new ArrayList<>();
        private final Set<String> mended = new HashSet<>();
        private final List<String> letters = new ArrayList<>();
        private Snapshot snapshot;
        private long storedBefore;

        Passage(Site site, WebhookServer webhook, Load load) {
            this.site = site;
            this.webhook = webhook;
            this.load = load;
            this.gateway = site.gateways().get(0);
            this.operator = new Operator(gateway, GatewayProcess.token());
            this.findings = new Findings(site);
        }

        void before() throws InterruptedException, SQLException {
            load.awaitProgress();
            sendData("before");
            IntStream.range(0, REFUSED).forEach(this::sendRefused);
            site.execute("ALTER TABLE event DROP CONSTRAINT refused_user");
            replay(0);
            snapshot = Snapshot.of(operator, site);
        }

        private void sendData(String when) {
            sent.addAll(operator.sendData("user_login", USER, when, FEW));
            List<Sent> errors = operator.sendData("system_error", "typed-service", when, FEW);
            sent.addAll(errors);
            alerted.addAll(errors);
        }

        private void sendRefused(int number) {
            Sent event = new Sent("refused-" + number, Sent.USER_EVENTS, "refused-" + number);
            sent.add(event);
            mended.add(event.id());
            letters.add(operator.sendRefused(event));
        }

        private void replay(int number) {
            operator.post("/api/dead-letters/" + letters.get(number) + "/replay", "{}")
                    .good();
            operator.awaitStored("refused-" + number);
        }

        void change() throws InterruptedException, ExecutionException {
            if (killed) {
                site.postgres().freeze();
                long wanted = load.acknowledged() + NOT_STORED;
                Awaitility.await("events that are not stored")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> load.acknowledged() > wanted);
                storedBefore = sum(findings.stored());
                gateway.kill();
                site.postgres().thaw();
            } else {
                storedBefore = sum(findings.stored());
                if (!gateway.terminate(STOP_LIMIT)) {
                    seen.breach(Breach.SLOW_STOP, from.name());
                    gateway.kill();
                }
            }
            gateway.become(to);
            gateway.launch();
            gateway.awaitReady();
            if (killed) {
                // Kills the gateway while it partitions the table of events.
                gateway.kill();
                gateway.launch();
                gateway.awaitReady();
            }
        }

        void after() throws InterruptedException, SQLException {
            snapshot.compare(operator, site, seen);
            IntStream.range(1, 3).forEach(this::replay);
            repair("MALFORMED_JSON");
            repair("EVENT_INVALID");
            replayRest();
            discard();
            sendData("after");
            load.awaitProgress();
        }

        /** Repairs a dead letter of the old build as another, valid event. */
        private void repair(String reason) {
            Sent event = new Sent("repaired-" + reason, Sent.USER_EVENTS, "repaired-" + reason);
            String letter = operator.awaitLetter(reason, open -> true);
            event.sending();
            operator.post("/api/dead-letters/" + letter + "/replay", "{\"event\":" + event.json() + "}")
                    .good();
            event.acknowledged();
            sent.add(event);
            operator.awaitStored(event.id());
        }

        private void replayRest() {
            JsonNode counts = operator.post(
                            "/api/dead-letters/replay", "{\"filter\":{\"reason\":\"CONSTRAINT_VIOLATED\"}}")
                    .good();
            if (counts.path("replayed").asInt() != REFUSED - 3) {
                seen.breach(Breach.FORGOTTEN, "dead letters to be replayed: " + counts);
            }
            IntStream.range(3, REFUSED).forEach(number -> operator.awaitStored("refused-" + number));
        }

        private void discard() {
            String letter = operator.awaitLetter("MALFORMED_JSON", open -> true);
            operator.post("/api/dead-letters/" + letter + "/discard", "{\"reason\":\"poison\"}")
                    .good();
        }

        Verdict judge() throws InterruptedException, SQLException, ExecutionException {
            long end = System.nanoTime();
            var left = findings.awaitDrained(drainLimit);
            long catchUp = Duration.ofNanos(System.nanoTime() - end).toSeconds();
            sabotage.accept(site);
            List<Sent> all = Stream.concat(load.sent().stream(), sent.stream()).toList();
            Checker checker = new Checker(all, load.poison(), load.acknowledgedPoison(), mended);
            findings.tell(checker);
            Verdict verdict = checker.verdict();
            if (!left.isEmpty()) {
                verdict.breach(Breach.NOT_DRAINED, left.toString());
            }
            if (!site.awaitPartitions()) {
                verdict.breach(Breach.NOT_DRAINED, "the table of events is not in partitions");
            }
            judgeOffsets(verdict);
            judgeAlerts(verdict);
            anchors().forEach(anchor -> Snapshot.verify(operator, anchor, verdict));
            load.surprises().forEach(answer -> verdict.breach(Breach.SURPRISING_ANSWER, answer));
            if (!killed && verdict.of(Count.DUPLICATES_ON_TOPIC) > mended.size()) {
                verdict.breach(Breach.CUT_OFF, verdict.of(Count.DUPLICATES_ON_TOPIC) + " copies on the topic");
            }
            verdict.count(Count.FAULTS, 1);
            verdict.count(Count.CATCH_UP_SECONDS, catchUp);
            verdict.count(Count.REFUSED_REQUESTS, load.refusals().size());
            verdict.count(Count.SLOWEST_ACCEPTANCE_MILLIS, load.slowestAcceptanceMillis());
            verdict.add(seen);
            if (!verdict.isGreen()) {
                site.keepLogs(Path.of("target", "upgrade", name.replaceAll("\\W+", "-")));
            }
            return verdict;
        }

        /**
         * A build that reads again from the first record stores nothing twice. Only its number of consumed records
         * shows this.
         */
        private void judgeOffsets(Verdict verdict) throws InterruptedException, ExecutionException {
            long consumed = (long) gateway.metric("gateway_store_batch_size_sum");
            long there = sum(findings.stored()) - storedBefore;
            if (consumed == 0 || consumed > there) {
                verdict.breach(
                        Breach.FORGOTTEN, "how far it was: %d records consumed, %d there".formatted(consumed, there));
            }
        }

        private void judgeAlerts(Verdict verdict) {
            for (Sent error : alerted) {
                Awaitility.await("alert").atMost(ALERT_LIMIT).until(() -> !webhook.of(error.id())
                        .isEmpty());
                if (!killed && webhook.of(error.id()).size() > 1) {
                    verdict.breach(Breach.DOUBLED, "the alert of " + error.id());
                }
            }
        }

        /** Returns all anchors in the logs of both builds. */
        private List<String> anchors() {
            return ANCHOR.matcher(gateway.output())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }

        private static long sum(Map<?, Long> offsets) {
            return offsets.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
