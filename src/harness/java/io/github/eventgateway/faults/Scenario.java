package io.github.eventgateway.faults;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Load and faults on a site, with their results.
 *
 * @param name its name in the report
 * @param layout the processes
 * @param faults the possible faults
 * @param together the maximum number of simultaneous faults, each on another target
 * @param clients the number of HTTP clients
 * @param pauseMillis their pause between requests
 * @param drainLimit the maximum time after the last request until all is stored
 * @param promise an additional promise
 */
record Scenario(
        String name,
        Site.Layout layout,
        List<Fault> faults,
        int together,
        int clients,
        int pauseMillis,
        Duration drainLimit,
        Promise promise) {

    /** Additional promises of some scenarios. */
    enum Promise {
        NOTHING_MORE,
        /** Every accepted request gets its answer. */
        EVERYBODY_IS_ANSWERED,
        /** Some requests are refused, each within the five seconds for an unavailable Kafka. */
        REFUSED_AT_ONCE
    }

    private static final long REFUSAL_LIMIT_MILLIS = 5000;
    private static final long AFTER_LOSS_MILLIS = 2000;
    private static final Duration LAST_REQUEST_LIMIT = Duration.ofSeconds(60);

    Scenario promising(Promise more) {
        return new Scenario(name, layout, faults, together, clients, pauseMillis, drainLimit, more);
    }

    /**
     * Runs each fault once, in their order. Then the broker loses its disk, after all its records were stored and
     * checked, and the tables are emptied. Later events are checked as usual.
     */
    Verdict runInTurn(long seed) throws InterruptedException, SQLException {
        Random random = new Random(seed);
        try (Site site = new Site(layout)) {
            Verdict seen = new Verdict();
            Load load = Load.start(site, seed, this);
            try {
                for (Fault fault : faults) {
                    load.awaitProgress();
                    inflict(List.of(fault), site, random, seen);
                }
            } finally {
                load.stop(LAST_REQUEST_LIMIT);
            }
            Verdict before = judge(site, load, seen);
            if (!before.isGreen()) {
                return before;
            }
            site.execute("TRUNCATE event, event_key, dead_letter CASCADE");
            site.brokers().get(0).loseData();
            site.brokers().get(0).restart();
            Load after = Load.start(site, seed + 1, this);
            try {
                after.awaitProgress();
                Thread.sleep(AFTER_LOSS_MILLIS);
            } finally {
                after.stop(LAST_REQUEST_LIMIT);
            }
            Verdict verdict = judge(site, after, new Verdict());
            verdict.add(before);
            return verdict;
        }
    }

    /** Runs about this long. The seed determines the events and faults, as far as this is possible with processes. */
    Verdict run(long seed, Duration duration) throws InterruptedException, SQLException {
        Random random = new Random(seed);
        try (Site site = new Site(layout)) {
            Load load = Load.start(site, seed, this);
            Verdict faultsSeen = new Verdict();
            try {
                inflict(site, random, System.nanoTime() + duration.toNanos(), load, faultsSeen);
            } finally {
                load.stop(LAST_REQUEST_LIMIT);
            }
            return judge(site, load, faultsSeen);
        }
    }

    private void inflict(Site site, Random random, long deadline, Load load, Verdict seen) throws InterruptedException {
        List<Fault> bag = new ArrayList<>();
        while (System.nanoTime() < deadline) {
            load.awaitProgress();
            Thread.sleep(500 + random.nextInt(3000));
            if (faults.isEmpty()) {
                continue;
            }
            inflict(choose(bag, random), site, random, seen);
        }
    }

    private void inflict(List<Fault> now, Site site, Random random, Verdict seen) throws InterruptedException {
        System.out.printf("  %s %s%n", name, now);
        List<Thread> threads = now.stream()
                .map(fault -> {
                    Random own = new Random(random.nextLong());
                    return new Thread(() -> attempt(fault, site, own, seen), fault.name());
                })
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        seen.count(Verdict.Count.FAULTS, now.size());
    }

    private static void attempt(Fault fault, Site site, Random random, Verdict seen) {
        try {
            fault.inflict(site, random, seen);
        } catch (RuntimeException e) {
            seen.breach(Verdict.Breach.NOT_RECOVERED, fault + ": " + e.getMessage());
        }
    }

    /** Each fault occurs once before any occurs again. */
    private List<Fault> choose(List<Fault> bag, Random random) {
        int wanted = 1 + random.nextInt(together);
        List<Fault> chosen = new ArrayList<>();
        Set<Fault.Target> targets = EnumSet.noneOf(Fault.Target.class);
        while (chosen.size() < wanted) {
            if (bag.isEmpty()) {
                bag.addAll(faults);
            }
            Fault fault = bag.get(random.nextInt(bag.size()));
            if (!chosen.isEmpty() && fault.isAlone() || !targets.add(fault.target())) {
                return chosen;
            }
            bag.remove(fault);
            chosen.add(fault);
            if (fault.isAlone()) {
                return chosen;
            }
        }
        return chosen;
    }

    private Verdict judge(Site site, Load load, Verdict seen) throws InterruptedException, SQLException {
        Findings findings = new Findings(site);
        long end = System.nanoTime();
        var left = findings.awaitDrained(drainLimit);
        long catchUp = Duration.ofNanos(System.nanoTime() - end).toSeconds();
        if (!layout.postgres()) {
            site.gateways().forEach(GatewayProcess::kill);
        }
        Checker checker = new Checker(load.sent(), load.poison(), load.acknowledgedPoison());
        findings.tell(checker);
        Verdict verdict = checker.verdict();
        for (GatewayProcess gateway : site.gateways()) {
            if (layout.postgres() && !gateway.isAlive()) {
                verdict.breach(Verdict.Breach.NOT_RECOVERED, "a gateway has ended");
            }
        }
        if (!left.isEmpty()) {
            verdict.breach(Verdict.Breach.NOT_DRAINED, left.toString());
        }
        load.surprises().forEach(answer -> verdict.breach(Verdict.Breach.SURPRISING_ANSWER, answer));
        judgeAnswers(load, verdict);
        verdict.count(Verdict.Count.CATCH_UP_SECONDS, catchUp);
        verdict.count(Verdict.Count.REFUSED_REQUESTS, load.refusals().size());
        verdict.add(seen);
        if (!verdict.isGreen()) {
            site.keepLogs(Path.of("target", "fault-suite", name.replaceAll("\\W+", "-")));
        }
        return verdict;
    }

    private void judgeAnswers(Load load, Verdict verdict) {
        verdict.count(Verdict.Count.SLOWEST_ACCEPTANCE_MILLIS, load.slowestAcceptanceMillis());
        if (promise == Promise.EVERYBODY_IS_ANSWERED && verdict.of(Verdict.Count.DUPLICATES_ON_TOPIC) > 0) {
            verdict.breach(
                    Verdict.Breach.CUT_OFF, verdict.of(Verdict.Count.DUPLICATES_ON_TOPIC) + " events were sent again");
        }
        if (promise == Promise.REFUSED_AT_ONCE && load.refusals().isEmpty()) {
            verdict.breach(Verdict.Breach.SLOW_REFUSAL, "nobody was refused");
        }
        if (promise == Promise.REFUSED_AT_ONCE && load.slowestRefusalMillis() > REFUSAL_LIMIT_MILLIS) {
            verdict.breach(Verdict.Breach.SLOW_REFUSAL, load.slowestRefusalMillis() + " ms");
        }
    }
}
