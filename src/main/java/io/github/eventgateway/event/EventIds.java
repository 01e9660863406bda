package io.github.eventgateway.event;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The id of an event that was produced without one. */
public final class EventIds {

    private static final int LONGEST = 64;

    private EventIds() {}

    /**
     * An id that is the same at every reading of the record.
     *
     * @param origin {@code topic/partition/offset} of the record, or of the first one where it is a replay
     */
    public static String derived(String origin) {
        String id = origin.replace('/', '-');
        return id.length() <= LONGEST
                ? id
                : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
