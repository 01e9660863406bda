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
 * Load and faults on a site, and what they came to.
 *
 * @param name what the report calls it
 * @param layout what runs
 * @param faults those to choose from
 * @param together the most faults at once, each on another target
 * @param clients how many HTTP clients there are
 * @param pauseMillis their pause between requests
 * @param drainLimit how long it may take after the last request until all is stored
 * @param promise what is promised on top
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

    /** What is promised on top in some scenarios. */
    enum Promise {
        NOTHING_MORE,
        /** Nobody's connection is cut off after his event was taken. */
        EVERYBODY_IS_ANSWERED,
        /** Some are refused, and within the five seconds of an unavailable Kafka. */
        REFUSED_AT_ONCE
    }

    private static final long REFUSAL_LIMIT_MILLIS = 5000;
    private static final long AFTER_LOSS_MILLIS = 2000;
    private static final Duration LAST_REQUEST_LIMIT = Duration.ofSeconds(60);

    Scenario promising(Promise more) {
        return new Scenario(name, layout, faults, together, clients, pauseMillis, drainLimit, more);
    }

    /**
     * Each of the faults once, in their order, and then the broker loses its disk: once all that it had is stored and judged, and
     * with tables that are empty again. What is sent from then on is judged as ever.
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

    /** Runs it for about so long; what happens when follows from the seed, as far as processes can be made to obey. */
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

    /** Each fault comes once before any comes again. */
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
