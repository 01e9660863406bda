package io.github.eventgateway.job;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The jobs of this gateway: running ones, and the last ended ones that took longer than their request. They are only in
 * memory; the database has what a job changed. Any thread.
 */
@Component("jobs")
public class Jobs {

    /** The number of ended jobs to keep. */
    static final int MOST_KEPT = 100;

    private static final String UNKNOWN =
            "this gateway has no such job. Another gateway may run it, or it ended before the last " + MOST_KEPT
                    + ", or before this gateway started. The audit trail and the history of the dead "
                    + "letters show what it did";

    private final Map<String, Job> jobs = new LinkedHashMap<>();

    /** The jobs under one path, the newest first. */
    public record Listed(List<Job.Shown> items) implements Audited {

        @Override
        public Map<String, Object> audited() {
            return Map.of("items", items.size());
        }
    }

    /**
     * Adds a job. The caller limits how many run.
     *
     * @param place the path under which callers find it
     * @param by the subject of the token; may be null
     */
    public synchronized Job start(String place, String by) {
        Job job = new Job(place, by);
        jobs.put(job.id(), job);
        List<Job> ended = jobs.values().stream().filter(Job::hasEnded).toList();
        ended.stream().limit(Math.max(0, ended.size() - MOST_KEPT)).forEach(this::forget);
        return job;
    }

    /** Removes a job whose end the caller gets in the answer. */
    public synchronized void forget(Job job) {
        jobs.remove(job.id());
    }

    /** Requests the end of all running jobs. */
    public synchronized void stopAll() {
        jobs.values().forEach(Job::stop);
    }

    /** Returns the running and the last ended jobs under this path, the newest first. */
    public synchronized Listed list(String place) {
        List<Job.Shown> found = new ArrayList<>();
        jobs.values().stream().filter(job -> job.place().equals(place)).forEach(job -> found.add(job.shown()));
        Collections.reverse(found);
        return new Listed(found);
    }

    /**
     * Returns one job.
     *
     * @param place the path that contains it
     * @throws GatewayException with {@code NOT_FOUND} if this gateway has no such job
     */
    public Job.Shown show(String place, String id) {
        return find(place, id).shown();
    }

    /**
     * Requests the end of one job. An ended job does not change.
     *
     * @throws GatewayException with {@code NOT_FOUND} if this gateway has no such job
     */
    public Job.Shown stop(String place, String id) {
        Job job = find(place, id);
        job.stop();
        return job.shown();
    }

    private synchronized Job find(String place, String id) {
        Job job = jobs.get(id);
        if (job == null || !job.place().equals(place)) {
            throw new GatewayException(Reason.NOT_FOUND, "id", UNKNOWN);
        }
        return job;
    }
}
