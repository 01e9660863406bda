package io.github.eventgateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five thousand hostile inputs; with another seed at every run, which is printed, and taken from {@code fuzz.seed}. */
class FuzzTest {

    @Test
    void whateverIsSent_itIsAnsweredWell_andLeavesNothingThatItChose(@TempDir Path data) throws Exception {
        long seed = Long.getLong("fuzz.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        FuzzRun run = new FuzzRun(seed, Long.getLong("fuzz.inputs", 5_000));

        assertThat(run.run(data)).as("seed %d%n%s", seed, run.table()).isEmpty();
        System.out.println(run.table());
    }

    @Test
    void anInputCanBeMadeAgain_andAnotherSeedMakesAnother() {
        HostileRequests requests = new HostileRequests(7);
        HostileRequests others = new HostileRequests(8);
        int different = 0;
        for (int number = 0; number < 200; number++) {
            Input input = requests.make(number);
            assertThat(requests.make(number))
                    .usingRecursiveComparison()
                    .as("input %d", number)
                    .isEqualTo(input);
            different += Arrays.equals(others.make(number).bytes(), input.bytes()) ? 0 : 1;
        }
        assertThat(different).isGreaterThan(190);
    }
}
