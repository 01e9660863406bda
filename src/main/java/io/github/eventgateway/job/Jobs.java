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
 * The jobs of this gateway: those that run, and the last ones that outlived their requests. They are in memory alone: what
 * a job did stands in the database. Any thread.
 */
@Component("jobs")
public class Jobs {

    /** Of those that have ended. */
    static final int MOST_KEPT = 100;

    private static final String UNKNOWN =
            "this gateway knows no such job. Another gateway may run it; or it ended before the"
                    + " last " + MOST_KEPT
                    + ", or before this gateway started. What it did stands in the audit trail, and in the"
                    + " history of dead letters";

    private final Map<String, Job> jobs = new LinkedHashMap<>();

    /** The jobs at one place, the newest first. */
    public record Listed(List<Job.Shown> items) implements Audited {

        @Override
        public Map<String, Object> audited() {
            return Map.of("items", items.size());
        }
    }

    /**
     * Enters a job; the caller bounds how many run.
     *
     * @param place the path below which callers ask for it
     * @param by the subject of the caller's token; may be null
     */
    public synchronized Job start(String place, String by) {
        Job job = new Job(place, by);
        jobs.put(job.id(), job);
        List<Job> ended = jobs.values().stream().filter(Job::hasEnded).toList();
        ended.stream().limit(Math.max(0, ended.size() - MOST_KEPT)).forEach(this::forget);
        return job;
    }

    /** Takes out a job of which the caller knows the end by the answer. */
    public synchronized void forget(Job job) {
        jobs.remove(job.id());
    }

    /** All that run are to end soon, with what they have done by then. */
    public synchronized void stopAll() {
        jobs.values().forEach(Job::stop);
    }

    /** The jobs at this place that run, and the last that have ended, the newest first. */
    public synchronized Listed list(String place) {
        List<Job.Shown> found = new ArrayList<>();
        jobs.values().stream().filter(job -> job.place().equals(place)).forEach(job -> found.add(job.shown()));
        Collections.reverse(found);
        return new Listed(found);
    }

    /**
     * One job.
     *
     * @param place the path below which it has to be
     * @throws GatewayException with {@code NOT_FOUND} if this gateway knows none
     */
    public Job.Shown show(String place, String id) {
        return find(place, id).shown();
    }

    /**
     * Asks one job to end soon. One that has ended stays as it is.
     *
     * @throws GatewayException with {@code NOT_FOUND} if this gateway knows none
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
