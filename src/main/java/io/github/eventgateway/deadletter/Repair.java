package io.github.eventgateway.deadletter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The change of a repair, without content.
 *
 * @param before the record that failed
 * @param after the event that is sent instead
 */
record Repair(Version before, Version after) {

    /**
     * @param id the id of the event; null if unreadable
     * @param type the type of the event; null if unreadable
     * @param sha256 the digest of the value; null without a value
     */
    record Version(String id, String type, String sha256) {}

    /** Returns the change for the audit trail. */
    Map<String, Object> audited() {
        Map<String, Object> audited = new LinkedHashMap<>();
        put(audited, "old", before);
        put(audited, "new", after);
        return audited;
    }

    private static void put(Map<String, Object> audited, String prefix, Version version) {
        put(audited, prefix + "_id", version.id());
        put(audited, prefix + "_type", version.type());
        put(audited, prefix + "_sha256", version.sha256());
    }

    private static void put(Map<String, Object> audited, String name, String value) {
        if (value != null) {
            audited.put(name, value);
        }
    }
}
