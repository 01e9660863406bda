package io.github.eventgateway.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Set;

/**
 * A user whose data is erased.
 *
 * @param erasure the id of the erasure
 * @param values the values that identify the user: the id, and its hashes if events have hashes in such fields
 * @param fields the fields with user ids
 */
public record UserToErase(String erasure, Set<String> values, UserFields fields) {

    /** Returns whether an event belongs to the user. */
    public boolean owns(String type, JsonNode data) {
        return !Collections.disjoint(values, fields.users(type, data));
    }
}
