package io.github.eventgateway.faults;

import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Upgrades two gateways on a broker and PostgreSQL under load. They are replaced one after the other. Then one goes
 * back to the old build, and forward again.
 *
 * @param name its name in the report
 * @param from the old build
 * @param to the new build
 * @param back whether one goes back
 * @param brokerSettings further settings of the broker
 * @param clients the number of HTTP clients
 * @param pauseMillis their pause between requests
 * @param drainLimit the maximum time after the last request until all is stored
 */
record RollingUpgrade(
        String name,
        Build from,
        Build to,
        boolean back,
        Map<String, String> brokerSettings,
        int clients,
        int pauseMillis,
        Duration drainLimit)
        implements Upgrade {

    private static final Site.Layout LAYOUT = new Site.Layout(1, Site.Database.POSTGRESQL, 2, GatewayChange.NONE);
    /** Twice the number of consumers of one gateway, so that each gateway gets some partitions. */
    private static final Map<String, String> ENVIRONMENT = Map.of("KAFKA_TOPIC_PARTITIONS", "6");

    /** A gateway without proofs treats them as headers of the producer. */
    private static final Set<String> NEW_HEADERS = Set.of(DeadLetterHeaders.EVENT_ID, DeadLetterHeaders.SEAL);

    /** Builds before 1.0.0 wait if the database rejects a row for a reason other than a constraint. */
    private static final List<Poison> KINDS =
            Stream.of(Poison.values()).filter(kind -> !kind.isNoConstraint()).toList();

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration LAST_REQUEST_LIMIT = Duration.ofMinutes(1);
    private static final Duration SIDE_BY_SIDE_LIMIT = Duration.ofMinutes(2);
    private static final int STORED_BY_EACH = 200;

    /** The message of the client if the server closed the connection before it answered. */
    private static final String CLOSED = "java.io.IOException: HTTP/1.1 header parser received no bytes";

    /**
     * A time in which a gateway may fail.
     *
     * @param begin and {@code end} in {@link System#nanoTime}
     */
    private record Exchange(GatewayProcess gateway, long begin, long end) {

        /**
         * A request may be sent on an idle connection while the server closes it. The server accepts nothing of this
         * request.
         */
        boolean excuses(Client.Refusal refusal) {
            boolean meanwhile = refusal.by() == gateway && refusal.to() > begin && refusal.from() < end;
            String how = refusal.how();
            return meanwhile
                    && (how.equals("503") || how.equals(CLOSED) || how.startsWith("java.net.ConnectException"));
        }
    }

    @Override
    public Verdict run(long seed) throws Exception {
        try (Site site = new Site(LAYOUT, from, brokerSettings, ENVIRONMENT)) {
            site.dropTheTrigger();
            Verdict seen = new Verdict();
            List<Exchange> exchanges = new ArrayList<>();
            Load load = Load.start(site, seed, clients, pauseMillis, KINDS);
            try {
                load.awaitProgress();
                for (Step step : steps()) {
                    exchanges.add(exchange(site.gateways().get(step.gateway()), step.build(), seen));
                    awaitBothAtWork(site.gateways());
                }
            } finally {
                load.stop(LAST_REQUEST_LIMIT);
            }
            return judge(site, load, exchanges, seen);
        }
    }

    private record Step(int gateway, Build build) {}

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>(List.of(new Step(0, to), new Step(1, to)));
        if (back) {
            steps.addAll(List.of(new Step(0, from), new Step(0, to)));
        }
        return steps;
    }

    private static Exchange exchange(GatewayProcess gateway, Build build, Verdict seen) {
        System.out.printf("  %s replaces %s%n", build.name(), gateway.build().name());
        long begin = System.nanoTime();
        if (!gateway.terminate(STOP_LIMIT)) {
            seen.breach(Breach.SLOW_STOP, gateway.build().name());
            gateway.kill();
        }
        gateway.become(build);
        gateway.launch();
        gateway.awaitReady();
        seen.count(Count.FAULTS, 1);
        return new Exchange(gateway, begin, System.nanoTime());
    }

    /** Waits until each of them has stored an event. Gateways of both builds share the consumer groups. */
    private static void awaitBothAtWork(List<GatewayProcess> gateways) {
        Map<GatewayProcess, Double> before = new HashMap<>();
        gateways.forEach(gateway -> before.put(gateway, stored(gateway)));
        Awaitility.await("both gateways store")
                .atMost(SIDE_BY_SIDE_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() ->
                        gateways.stream().allMatch(gateway -> stored(gateway) > before.get(gateway) + STORED_BY_EACH));
    }

    private static double stored(GatewayProcess gateway) {
        return gateway.metric("gateway_events_stored_total");
    }

    private Verdict judge(Site site, Load load, List<Exchange> exchanges, Verdict seen)
            throws InterruptedException, SQLException {
        Findings findings = new Findings(site);
        long end = System.nanoTime();
        var left = findings.awaitDrained(drainLimit);
        long catchUp = Duration.ofNanos(System.nanoTime() - end).toSeconds();
        Checker checker =
                new Checker(load.sent(), load.poison(), load.acknowledgedPoison()).besideABuildWithout(NEW_HEADERS);
        findings.tell(checker);
        Verdict verdict = checker.verdict();
        if (!left.isEmpty()) {
            verdict.breach(Breach.NOT_DRAINED, left.toString());
        }
        if (!site.awaitPartitions()) {
            verdict.breach(Breach.NOT_DRAINED, "the table of events is not in partitions");
        }
        load.surprises().forEach(answer -> verdict.breach(Breach.SURPRISING_ANSWER, answer));
        load.refusals().stream()
                .filter(refusal -> exchanges.stream().noneMatch(exchange -> exchange.excuses(refusal)))
                .forEach(refusal -> verdict.breach(Breach.FAILED_IN_SERVICE, refusal.how()));
        if (verdict.of(Count.DUPLICATES_ON_TOPIC) > 0) {
            verdict.breach(Breach.CUT_OFF, verdict.of(Count.DUPLICATES_ON_TOPIC) + " copies on the topic");
        }
        verdict.count(Count.CATCH_UP_SECONDS, catchUp);
        verdict.count(Count.REFUSED_REQUESTS, load.refusals().size());
        verdict.count(
                Count.CLOSED_CONNECTIONS,
                load.refusals().stream()
                        .filter(refusal -> refusal.how().equals(CLOSED))
                        .count());
        verdict.count(Count.SLOWEST_ACCEPTANCE_MILLIS, load.slowestAcceptanceMillis());
        verdict.add(seen);
        if (!verdict.isGreen()) {
            site.keepLogs(Path.of("target", "upgrade", name.replaceAll("\\W+", "-")));
        }
        return verdict;
    }
}
