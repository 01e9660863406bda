package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs mixed faults for 20 seconds ({@code faults.seconds}). A long test runs each fault that the mixture may have
 * missed. Each run draws a new seed ({@code faults.seed}) and prints it. {@code bench/faults} is the long form.
 */
@Tag("alone")
class FaultSuiteShortTest {

    /** The faults that are not ordinary outages. */
    private static final List<Fault> IN_TURN = List.of(
            Fault.FREEZE_DATABASE_UNDER_CALLERS,
            Fault.TABLE_REFUSES_ALL,
            Fault.READ_ONLY_DATABASE,
            Fault.TABLE_REQUIRES_MORE,
            Fault.MOVE_BROKER);

    @Test
    @Tag("long")
    void allFaultsInTurn_loseNoEvent_storeNoneTwice_andDeadLetterNoValidOne() throws Exception {
        long seed = Long.getLong("faults.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        Scenario scenario = new Scenario(
                "short, in turn",
                Site.Layout.USUAL,
                IN_TURN,
                1,
                3,
                100,
                Duration.ofMinutes(2),
                Scenario.Promise.NOTHING_MORE);

        System.out.println("Fault suite, short form, in turn: -Dfaults.seed=" + seed);
        Verdict verdict = scenario.runInTurn(seed);

        System.out.println("Fault suite, short form, in turn: " + verdict);
        assertThat(verdict.breaches()).as("seed %d: %s", seed, verdict).isEmpty();
        assertThat(verdict.of(Verdict.Count.FAULTS)).isEqualTo(IN_TURN.size());
    }

    @Test
    void mixedFaults_loseNoEvent_storeNoneTwice_andDeadLetterNoValidOne() throws Exception {
        long seed = Long.getLong("faults.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        Scenario scenario = new Scenario(
                "short",
                Site.Layout.USUAL,
                Fault.all(Site.Layout.USUAL, Fault::isEveryday),
                3,
                3,
                100,
                Duration.ofMinutes(2),
                Scenario.Promise.NOTHING_MORE);

        System.out.println("Fault suite, short form: -Dfaults.seed=" + seed);
        Verdict verdict = scenario.run(seed, Duration.ofSeconds(Long.getLong("faults.seconds", 20)));

        System.out.println("Fault suite, short form: " + verdict);
        assertThat(verdict.breaches()).as("seed %d: %s", seed, verdict).isEmpty();
        assertThat(verdict.of(Verdict.Count.ACKNOWLEDGED)).isPositive();
        assertThat(verdict.of(Verdict.Count.FAULTS)).isPositive();
        assertThat(verdict.of(Verdict.Count.DEAD_LETTERS)).isPositive();
    }
}
