package io.github.eventgateway.deadletter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a repair changes, without the content.
 *
 * @param before the record that failed
 * @param after what is sent instead
 */
record Repair(Version before, Version after) {

    /**
     * @param id the event's id; null where none can be read
     * @param type the event's type; null where none can be read
     * @param sha256 the digest of the record's value; null where it has none
     */
    record Version(String id, String type, String sha256) {}

    /** For the audit trail. */
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
