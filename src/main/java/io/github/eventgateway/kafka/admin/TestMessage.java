package io.github.eventgateway.kafka.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.springframework.stereotype.Component;

/**
 * Creates the event of a test message. It is a bean because an expression that inserts the message into JSON would be
 * open to injection. Immutable; any thread.
 */
@Component("testMessage")
public class TestMessage {

    private static final int MAX_LENGTH = 1000;

    /**
     * Returns the {@code system_info} event for a request {@code {"message": "…"}}.
     *
     * @throws GatewayException {@code MALFORMED_JSON} or {@code REQUEST_INVALID}
     */
    public byte[] event(@Body byte[] request) {
        String message = message(StrictJson.parse(request));
        ObjectNode event = StrictJson.MAPPER.createObjectNode().put("type", "system_info");
        event.putObject("data").put("service", "event-gateway").put("message", message);
        try {
            return StrictJson.MAPPER.writeValueAsBytes(event);
        } catch (IOException e) {
            throw new IllegalStateException("A test message cannot be written as JSON", e);
        }
    }

    private static String message(JsonNode request) {
        if (!request.isObject()) {
            throw new GatewayException(Reason.REQUEST_INVALID, "", "must be a JSON object");
        }
        List<Violation> violations = new ArrayList<>();
        request.fieldNames().forEachRemaining(name -> {
            if (!name.equals("message")) {
                violations.add(new Violation("/" + StrictJson.escaped(name), "is not a field of a test message"));
            }
        });
        JsonNode message = request.path("message");
        int length = message.isTextual()
                ? message.textValue().codePointCount(0, message.textValue().length())
                : 0;
        if (length < 1 || length > MAX_LENGTH) {
            violations.add(new Violation("/message", "must be a string of 1 to " + MAX_LENGTH + " characters"));
        } else if (!isStorable(message.textValue())) {
            violations.add(new Violation("/message", "must not contain the character U+0000 or half a surrogate pair"));
        }
        if (!violations.isEmpty()) {
            throw new GatewayException(Reason.REQUEST_INVALID, violations);
        }
        return message.textValue();
    }

    private static boolean isStorable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
