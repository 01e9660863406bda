package io.github.eventgateway.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.springframework.stereotype.Component;

/**
 * Makes the event of a test message. A bean, since a message put into JSON by an expression could break out of it.
 * Immutable; any thread.
 */
@Component("kafkaTest")
public class KafkaTest {

    private static final int MAX_LENGTH = 1000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(10).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The {@code system_info} event of a request {@code {"message": "…"}}, as JSON.
     *
     * @throws GatewayException {@code MALFORMED_JSON} or {@code REQUEST_INVALID}
     */
    public byte[] event(@Body byte[] request) {
        String message = message(parse(request));
        ObjectNode event = JSON.createObjectNode().put("type", "system_info");
        event.putObject("data").put("service", "event-gateway").put("message", message);
        try {
            return JSON.writeValueAsBytes(event);
        } catch (IOException e) {
            throw new IllegalStateException("A tree of texts has no JSON", e);
        }
    }

    private static JsonNode parse(byte[] request) {
        try {
            return JSON.readTree(request);
        } catch (IOException e) {
            throw new GatewayException(Reason.MALFORMED_JSON);
        }
    }

    private static String message(JsonNode request) {
        if (request.isMissingNode()) {
            throw new GatewayException(Reason.MALFORMED_JSON, "", "the body is empty");
        }
        if (!request.isObject()) {
            throw new GatewayException(Reason.REQUEST_INVALID, "", "must be a JSON object");
        }
        List<Violation> violations = new ArrayList<>();
        request.fieldNames().forEachRemaining(name -> {
            if (!name.equals("message")) {
                violations.add(new Violation(
                        "/" + name.replace("~", "~0").replace("/", "~1"), "is not a field of a test message"));
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
