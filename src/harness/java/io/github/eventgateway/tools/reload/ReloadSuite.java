package io.github.eventgateway.tools.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long form of {@link LiveEditingTest}; {@code bench/reloads} runs it. Its system properties: {@code reloads.count},
 * {@code reloads.rate} (events a second) and {@code reloads.clients}.
 */
class ReloadSuite {

    /** Events that arrive while the storing routes are exchanged are stored later. */
    private static final Duration ARRIVAL = Duration.ofMinutes(15);

    private final int count = Integer.getInteger("reloads.count", 1000);
    private final int rate = Integer.getInteger("reloads.rate", 1000);
    private final int clients = Integer.getInteger("reloads.clients", 16);

    @Test
    void throughAllReloads_noRequestFails_andEveryAcknowledgedEventIsStoredOnce(@TempDir Path folder) throws Exception {
        try (EditedGateway gateway = EditedGateway.start(folder, Map.of())) {
            EventLoad load = EventLoad.start(gateway.gateway(), clients, rate);
            long start = System.nanoTime();
            for (int round = 1; gateway.reloads() < count; round++) {
                for (Edit edit : Edit.values()) {
                    edit.make(gateway, round);
                }
            }
            Duration lasted = Duration.ofNanos(System.nanoTime() - start);
            load.stop();
            print(gateway, load, lasted);
            assertThat(load.failures()).isEmpty();
            LiveEditingTest.assertStored(gateway, load, ARRIVAL);
            System.out.println("Every acknowledged event is stored once.");
        }
    }

    private static void print(EditedGateway gateway, EventLoad load, Duration lasted) {
        System.out.println("| edit | reloads | median, save to effect | slowest |");
        System.out.println("|---|---|---|---|");
        gateway.effects().forEach((edit, millis) -> {
            List<Long> sorted = millis.stream().sorted().toList();
            System.out.printf(
                    "| %s | %d | %d ms | %d ms |%n",
                    edit, sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        });
        System.out.printf(
                "%d reloads in %d s; %d requests (%d a second), %d failed; half of them took %d ms, 99 %% %d ms, 99.9 %% %d ms, "
                        + "the slowest %d ms; %d events acknowledged, %d rubbish records%n",
                gateway.reloads(),
                lasted.toSeconds(),
                load.requests(),
                load.requests() / Math.max(1, lasted.toSeconds()),
                load.failed(),
                load.slowestBut(0.5).toMillis(),
                load.slowestBut(0.99).toMillis(),
                load.slowestBut(0.999).toMillis(),
                load.slowestBut(1).toMillis(),
                load.acknowledged().size(),
                load.rubbish().size());
    }
}
