package io.github.eventgateway.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A request whose body is a JSON object. It collects all faults, so that the caller sees them at once. One thread. */
public final class StrictRequest {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final ObjectNode body;
    private final List<Violation> faults = new ArrayList<>();

    /**
     * Reads a request. Other fields than these are faults.
     *
     * @param body may be null
     * @throws GatewayException with {@code MALFORMED_JSON}, or with {@code REQUEST_INVALID} if it is not an object
     */
    public StrictRequest(byte[] body, Set<String> fields) {
        if (!(StrictJson.parse(body == null ? new byte[0] : body) instanceof ObjectNode object)) {
            throw new GatewayException(Reason.REQUEST_INVALID, "", "must be a JSON object");
        }
        this.body = object;
        checkFields(object, fields, "/");
    }

    /**
     * Returns the id in a path if it has the form of an id.
     *
     * @throws GatewayException with {@code NOT_FOUND}
     */
    public static String id(String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return id;
    }

    /** Returns the JSON object. */
    public ObjectNode body() {
        return body;
    }

    /** Adds a fault for each unknown field of this object within the body, whose JSON Pointer ends with a slash. */
    public void checkFields(ObjectNode object, Set<String> known, String pointer) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                addFault(pointer + StrictJson.escaped(name), "is not a field of this request");
            }
        });
    }

    public void addFault(String pointer, String text) {
        faults.add(new Violation(pointer, text));
    }

    public void addFaults(List<Violation> more) {
        faults.addAll(more);
    }

    /**
     * Ends the check.
     *
     * @throws GatewayException with {@code REQUEST_INVALID} and all faults, if there are any
     */
    public void requireNoFaults() {
        if (!faults.isEmpty()) {
            throw new GatewayException(Reason.REQUEST_INVALID, faults);
        }
    }
}
