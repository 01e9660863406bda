package io.github.eventgateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends five thousand hostile inputs with a new seed at each run. It prints the seed; {@code fuzz.seed} repeats it. */
class FuzzTest {

    private static final int MADE = 200;

    @Test
    void hostileInputGetsTheRightAnswer_andHasNoSideEffect(@TempDir Path data) throws Exception {
        long seed = Long.getLong("fuzz.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        FuzzRun run = new FuzzRun(seed, Long.getLong("fuzz.inputs", 5_000));

        assertThat(run.run(data)).as("seed %d%n%s", seed, run.table()).isEmpty();
        System.out.println(run.table());
    }

    /** One JVM prints a seed, and another JVM gets it. */
    @Test
    void aSeedRepeatsItsInputs_andAnotherSeedCreatesOthers(@TempDir Path folder) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FuzzTest.class.getName(),
                "7");
        Path elsewhere = folder.resolve("inputs");
        int exit = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(elsewhere.toFile())
                .start()
                .waitFor();

        assertThat(exit).isZero();
        List<String> made = inputs(7);
        assertThat(Files.readAllLines(elsewhere)).isEqualTo(made);
        List<String> others = inputs(8);
        assertThat(IntStream.range(0, MADE).filter(number -> !others.get(number).equals(made.get(number))))
                .hasSizeGreaterThan(MADE * 95 / 100);
    }

    /** Prints the inputs of a seed. */
    public static void main(String[] arguments) {
        inputs(Long.parseLong(arguments[0])).forEach(System.out::println);
    }

    /** Returns each input as its kind, its ids, and a digest of its bytes. */
    private static List<String> inputs(long seed) {
        HostileRequests requests = new HostileRequests(
                seed,
                new HostileRequests.Tokens("a.good.token", "an.expired.token", "a.foreign.token", "an.unsigned.token"));
        return IntStream.range(0, MADE)
                .mapToObj(requests::make)
                .map(input -> input.kind() + " " + input.ending() + " " + input.ids() + " "
                        + UUID.nameUUIDFromBytes(input.bytes()))
                .toList();
    }
}
