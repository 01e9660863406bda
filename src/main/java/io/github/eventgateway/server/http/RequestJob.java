package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.job.Jobs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The job of a request whose work may take longer than the request. Other requests have none. Any thread. */
final class RequestJob {

    private final Jobs jobs;
    private volatile Job job;

    RequestJob(Jobs jobs) {
        this.jobs = jobs;
    }

    /** Starts the job under this path. */
    Job start(String place, String subject) {
        job = jobs.start(place, subject);
        return job;
    }

    /** Returns the job; null without one. */
    Job get() {
        return job;
    }

    /** Runs an action at this time after the first progress of the job. Does nothing without a job. */
    void afterFirstProgress(Duration delay, Executor executor, Runnable action) {
        if (job != null) {
            Executor later = CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, executor);
            job.onFirstProgress(() -> later.execute(action));
        }
    }

    /** Ends the job, if there is one, with the result of the route. */
    void ended(Object result) {
        if (job != null) {
            job.ended(result);
        }
    }

    /** Ends the job, if there is one, as failed. */
    void failed(Reason reason) {
        if (job != null) {
            job.failed(reason);
        }
    }

    /** Removes the job, if there is one, from the list: the caller gets its end in the answer. */
    void forget() {
        if (job != null) {
            jobs.forget(job);
        }
    }
}
