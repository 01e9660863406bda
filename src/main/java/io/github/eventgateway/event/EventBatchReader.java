package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.EventReader.Arrival;
import io.github.eventgateway.event.EventReader.Outcome;
import io.github.eventgateway.event.EventReader.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.function.ObjIntConsumer;

/** Reads the events of one batch, with only one in memory. For one thread, and for one body. */
final class EventBatchReader {

    private final EventReader reader;
    private final int longestElement;
    private final byte[] body;
    private final Arrival arrival;
    private final ObjIntConsumer<Outcome> each;
    private final Violations.BatchViolations found = new Violations.BatchViolations();

    /**
     * @param longestElement the maximum number of bytes of one event
     * @param each receives the result of each event with its index
     */
    EventBatchReader(
            EventReader reader,
            int longestElement,
            byte[] body,
            PublishPermission permission,
            ObjIntConsumer<Outcome> each) {
        this.reader = reader;
        this.longestElement = longestElement;
        this.body = body;
        this.arrival = Arrival.ofRequest(Instant.now(), permission);
        this.each = each;
    }

    void readArray() {
        try (JsonParser parser = StrictJson.parser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new GatewayException(Reason.MALFORMED_JSON, "", "must be a JSON array of events");
            }
            for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                each.accept(element(parser), index);
            }
            if (parser.nextToken() != null) {
                throw new GatewayException(Reason.MALFORMED_JSON, "", "content after the array's end");
            }
        } catch (IOException e) {
            throw StrictJson.malformed(e);
        } catch (NumberFormatException e) {
            throw StrictJson.unreadableNumber();
        }
    }

    private Outcome element(JsonParser parser) throws IOException {
        long start = parser.currentTokenLocation().getByteOffset();
        JsonNode element = StrictJson.element(parser, longestElement);
        long end = parser.currentLocation().getByteOffset();
        Source source = new Source(body, (int) start, (int) end);
        return element == null ? tooLarge() : outcome(element, source);
    }

    void readLines() {
        int index = 0;
        int start = 0;
        for (int at = 0; at <= body.length; at++) {
            if (at == body.length || body[at] == '\n') {
                int end = at > start && body[at - 1] == '\r' ? at - 1 : at;
                if (end > start) {
                    each.accept(line(start, end), index++);
                }
                start = at + 1;
            }
        }
    }

    private Outcome line(int start, int end) {
        if (end - start > longestElement) {
            return tooLarge();
        }
        try {
            return outcome(StrictJson.parse(body, start, end - start), new Source(body, start, end));
        } catch (GatewayException e) {
            return new Outcome(null, null, e);
        }
    }

    private Outcome tooLarge() {
        return new Outcome(
                null,
                null,
                new GatewayException(
                        Reason.TOO_LARGE,
                        "",
                        "must not be longer than " + longestElement + " bytes, nor have more than "
                                + StrictJson.MAX_TOKENS + " tokens"));
    }

    private Outcome outcome(JsonNode node, Source source) {
        try {
            StrictJson.checkNumbers(node);
            return new Outcome(reader.event(node, source, arrival, found.nextEvent()), null, null);
        } catch (GatewayException e) {
            found.count(e.details().size());
            JsonNode id = node.path("id");
            return new Outcome(null, id.isTextual() && EventIds.isId(id.textValue()) ? id.textValue() : null, e);
        }
    }
}
