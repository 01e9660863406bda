package io.github.eventgateway.event;

import java.util.Base64;

/**
 * Makes ids for events that other programs wrote without an id. Nobody else may use this form. Otherwise someone could
 * choose such an id in advance, and the later event would count as a repeat.
 */
public final class EventIds {

    /** The prefix of all these ids, and of no others. */
    public static final String DERIVED = "derived:";

    private EventIds() {}

    /** Returns the id for this MAC of the record. */
    public static String derived(byte[] mac) {
        return DERIVED + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    /** Returns whether the gateway makes ids of this form. */
    public static boolean isDerived(String id) {
        return id.startsWith(DERIVED);
    }
}
