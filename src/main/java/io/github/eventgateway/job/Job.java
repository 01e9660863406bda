package io.github.eventgateway.job;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Work that may take longer than its request. The work reports its progress, and checks whether it must stop. Any
 * thread.
 */
public final class Job {

    /** The exchange property with the job of a long call. */
    public static final String PROPERTY = "job";

    private final String id = UUID.randomUUID().toString();
    private final String place;
    private final String startedBy;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicReference<Runnable> begin = new AtomicReference<>();
    private volatile Supplier<?> progress = () -> null;
    private volatile End end;

    private record End(State state, Instant at, Object result, Reason reason) {}

    /** The state of a job. */
    enum State {
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    Job(String place, String startedBy) {
        this.place = place;
        this.startedBy = startedBy;
    }

    /** Returns the job of the request. Without one, it returns a job that callers cannot see. */
    public static Job orUnlisted(Job job) {
        return job == null ? new Job("", null) : job;
    }

    /** Returns the id, a UUID. */
    public String id() {
        return id;
    }

    /** Returns the path of the job for callers. */
    public String path() {
        return place + "/" + id;
    }

    String place() {
        return place;
    }

    /** Sets an action that runs once, at the first progress report. By then the request has been validated. */
    public void onFirstProgress(Runnable action) {
        begin.set(action);
    }

    /** Reports progress in the form of the result. The supplier is called on any thread. */
    public void reportProgress(Supplier<?> current) {
        progress = current;
        Runnable action = begin.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    /** Returns whether the work must end soon with its present result. */
    public boolean isStopped() {
        return stop.getCount() == 0;
    }

    /** Requests the end of the work, and returns at once. */
    public void stop() {
        stop.countDown();
    }

    /** Waits for this time, but not for a job that must stop. Returns whether the work still runs. */
    public boolean pause(Duration time) throws InterruptedException {
        return !stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the job with this result. */
    public void ended(Object result) {
        end(isStopped() ? State.STOPPED : State.DONE, result, null);
    }

    /** Ends the job as failed. Its earlier changes remain. */
    public void failed(Reason reason) {
        end(State.FAILED, progress.get(), reason);
    }

    private synchronized void end(State state, Object result, Reason reason) {
        if (end == null) {
            end = new End(state, Instant.now().truncatedTo(ChronoUnit.MILLIS), result, reason);
            progress = () -> null;
        }
    }

    boolean hasEnded() {
        return end != null;
    }

    /**
     * A job in an answer.
     *
     * @param endedAt null while it runs
     * @param reason the cause of a failure; null without one
     * @param result the result, or the progress; null before any progress
     */
    public record Shown(
            String id, String state, String startedBy, Instant startedAt, Instant endedAt, String reason, Object result)
            implements Audited {

        @Override
        public Map<String, Object> audited() {
            Map<String, Object> audited = new LinkedHashMap<>();
            audited.put(PROPERTY, id);
            audited.put("state", state);
            return audited;
        }
    }

    /** Returns the current state of the job. */
    public Shown shown() {
        Supplier<?> current = progress;
        End known = end;
        State state = known == null ? State.RUNNING : known.state();
        return new Shown(
                id,
                state.name().toLowerCase(Locale.ROOT),
                startedBy,
                startedAt,
                known == null ? null : known.at(),
                known == null || known.reason() == null ? null : known.reason().name(),
                known == null ? current.get() : known.result());
    }
}
