package io.github.eventgateway.event;

import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import java.util.ArrayList;
import java.util.List;

/** Collects the first faults of one event. For one thread. */
final class Violations {

    private static final int MOST = 100;
    private static final int MOST_OF_A_BATCH = 1000;

    private final int most;
    private final List<Violation> found = new ArrayList<>();

    private Violations(int most) {
        this.most = most;
    }

    /** Collects up to {@value #MOST} faults. */
    static Violations forEvent() {
        return new Violations(MOST);
    }

    /**
     * Collects the faults of the events of one batch: up to {@value #MOST_OF_A_BATCH}, and at least the first of each
     * event. For one thread.
     */
    static final class BatchViolations {

        private int left = MOST_OF_A_BATCH;

        Violations nextEvent() {
            return new Violations(Math.max(1, Math.min(MOST, left)));
        }

        void count(int faults) {
            left -= faults;
        }
    }

    void add(String path, String message) {
        if (!isFull()) {
            found.add(new Violation(path, message));
        }
    }

    boolean isFull() {
        return found.size() >= most;
    }

    int left() {
        return most - found.size();
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> list() {
        return List.copyOf(found);
    }

    /** A place in an event. Its text is made only if there is a fault. */
    record Place(Place in, Object step) {

        static final Place DATA = new Place(null, "data");

        Place member(String name) {
            return new Place(this, name);
        }

        Place element(int index) {
            return new Place(this, index);
        }

        /** A JSON Pointer (RFC 6901). */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (Place place = this; place != null; place = place.in) {
                text.insert(0, "/" + StrictJson.escaped(String.valueOf(place.step)));
            }
            return text.toString();
        }
    }
}
