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
 * Work that may outlive the request that asked for it. The work says how far it is, and looks whether it is to stop. Any
 * thread.
 */
public final class Job {

    /** The exchange's property with the job of a long call. */
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

    /** What became of it. */
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

    /** The job of the request, or one that nobody can ask for where there is none. */
    public static Job orUnlisted(Job job) {
        return job == null ? new Job("", null) : job;
    }

    /** A UUID. */
    public String id() {
        return id;
    }

    /** The path at which callers ask for it. */
    public String path() {
        return place + "/" + id;
    }

    String place() {
        return place;
    }

    /** Has this run once, when the work first tells how far it is: nothing is wrong with what was asked then. */
    public void whenItBegins(Runnable action) {
        begin.set(action);
    }

    /** From now on this tells how far the work is, in the form of its result; it is asked on any thread. */
    public void tells(Supplier<?> howFar) {
        progress = howFar;
        Runnable action = begin.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    /** Whether the work is to end soon, with what it has done by then. */
    public boolean isStopped() {
        return stop.getCount() == 0;
    }

    /** Asks the work to end. Returns at once. */
    public void stop() {
        stop.countDown();
    }

    /** Waits so long, but not for a job that is to stop. Returns whether the work goes on. */
    public boolean pause(Duration time) throws InterruptedException {
        return !stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The work has ended with this result. */
    public void ended(Object result) {
        end(isStopped() ? State.STOPPED : State.DONE, result, null);
    }

    /** The work has failed; what it did before stays. */
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
     * A job as it is answered.
     *
     * @param endedAt null while it runs
     * @param reason why it failed; null if it did not
     * @param result what it came to, or how far it is; null before it knows
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

    /** The job as it is just now. */
    public Shown shown() {
        Supplier<?> howFar = progress;
        End known = end;
        State state = known == null ? State.RUNNING : known.state();
        return new Shown(
                id,
                state.name().toLowerCase(Locale.ROOT),
                startedBy,
                startedAt,
                known == null ? null : known.at(),
                known == null || known.reason() == null ? null : known.reason().name(),
                known == null ? howFar.get() : known.result());
    }
}
