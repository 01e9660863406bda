package io.github.eventgateway.event;

import java.util.Base64;

/**
 * The ids that the gateway makes for events which other programs wrote without one. Nobody else may use their form:
 * whoever could choose such an id in advance would have the event that gets it taken for a repeat.
 */
public final class EventIds {

    /** What each of these ids begins with, and no other. */
    public static final String DERIVED = "derived:";

    private EventIds() {}

    /** The id that is made of this MAC of the record. */
    public static String derived(byte[] mac) {
        return DERIVED + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    /** Whether the id has the form of those that the gateway makes. */
    public static boolean isDerived(String id) {
        return id.startsWith(DERIVED);
    }
}
