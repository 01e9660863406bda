package io.github.eventgateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobsTest {

    private static final String PLACE = "/api/things";

    private final Jobs jobs = new Jobs();

    @Test
    void aJobShowsItsProgress_andThenItsResult() {
        Job job = jobs.start(PLACE, "alice");
        AtomicInteger done = new AtomicInteger();
        job.reportProgress(() -> Map.of("done", done.get()));
        done.set(7);

        assertThat(job.path()).isEqualTo("/api/things/" + job.id());
        assertThat(jobs.show(PLACE, job.id())).satisfies(shown -> {
            assertThat(shown.state()).isEqualTo("running");
            assertThat(shown.startedBy()).isEqualTo("alice");
            assertThat(shown.endedAt()).isNull();
            assertThat(shown.result()).isEqualTo(Map.of("done", 7));
        });

        job.ended(Map.of("done", 9));
        job.failed(Reason.INTERNAL_ERROR);

        assertThat(jobs.show(PLACE, job.id())).satisfies(shown -> {
            assertThat(shown.state()).isEqualTo("done");
            assertThat(shown.endedAt()).isNotNull();
            assertThat(shown.reason()).isNull();
            assertThat(shown.result()).isEqualTo(Map.of("done", 9));
        });
    }

    @Test
    void aFailedJobKeepsItsProgress() {
        Job job = jobs.start(PLACE, "alice");
        job.reportProgress(() -> Map.of("done", 7));

        job.failed(Reason.DATABASE_UNAVAILABLE);

        assertThat(job.shown().state()).isEqualTo("failed");
        assertThat(job.shown().reason()).isEqualTo("DATABASE_UNAVAILABLE");
        assertThat(job.shown().result()).isEqualTo(Map.of("done", 7));
    }

    @Test
    void aStoppedJobEndsItsWait() throws InterruptedException {
        Job job = jobs.start(PLACE, "alice");
        assertThat(job.pause(Duration.ZERO)).isTrue();

        jobs.stop(PLACE, job.id());

        assertThat(job.pause(Duration.ofDays(1))).isFalse();
        job.ended(null);
        assertThat(job.shown().state()).isEqualTo("stopped");
    }

    @Test
    void aJobOfAnotherPathOrGatewayIsUnknown_withTheReason() {
        Job job = jobs.start("/api/others", "alice");

        for (String id : List.of(job.id(), "none")) {
            assertThatThrownBy(() -> jobs.show(PLACE, id)).isInstanceOfSatisfying(GatewayException.class, refusal -> {
                assertThat(refusal.reason()).isEqualTo(Reason.NOT_FOUND);
                assertThat(refusal.details()).singleElement().satisfies(detail -> assertThat(detail.message())
                        .contains("Another gateway may run it"));
            });
        }
        assertThat(jobs.list(PLACE).items()).isEmpty();
    }

    @Test
    void theLastEndedJobsAndAllRunningOnesAreKept() {
        Job running = jobs.start(PLACE, "alice");
        List<Job> ended = IntStream.range(0, Jobs.MOST_KEPT + 5)
                .mapToObj(i -> jobs.start(PLACE, "bob"))
                .peek(job -> job.ended(null))
                .toList();
        Job last = jobs.start(PLACE, "carol");

        assertThat(jobs.list(PLACE).items()).hasSize(Jobs.MOST_KEPT + 2);
        assertThat(jobs.list(PLACE).items().get(0).id()).isEqualTo(last.id());
        assertThat(jobs.show(PLACE, running.id()).state()).isEqualTo("running");
        assertThatThrownBy(() -> jobs.show(PLACE, ended.get(0).id())).isInstanceOf(GatewayException.class);

        jobs.forget(last);
        assertThat(jobs.list(PLACE).items()).hasSize(Jobs.MOST_KEPT + 1);
    }

    @Test
    void allCanBeStopped() {
        List<Job> running = List.of(jobs.start(PLACE, "alice"), jobs.start("/api/others", "bob"));

        jobs.stopAll();

        assertThat(running).allMatch(Job::isStopped);
    }
}
