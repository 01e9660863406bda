package io.github.eventgateway.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.event.PublishPermission;
import io.github.eventgateway.kafka.BrokerAvailability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * The two ends of sending a batch: its valid events as records, and an answer that says of each event what became of
 * it. A bean, because an exchange an event, as a YAML split makes, costs several times the event.
 */
@Component("batchPublication")
public class BatchPublication {

    private static final int MAX_EVENTS = 10_000;
    private static final String NOT_ALLOWED = Reason.TYPE_NOT_ALLOWED.name();
    private static final String NDJSON = "application/x-ndjson";

    private final EventReader reader;
    private final EventPublication publication;
    private final BrokerAvailability broker;
    private final EventMetrics metrics;

    BatchPublication(
            EventReader reader, EventPublication publication, BrokerAvailability broker, EventMetrics metrics) {
        this.reader = reader;
        this.publication = publication;
        this.broker = broker;
        this.metrics = metrics;
    }

    /** An entry of the answer's {@code errors}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Error(int index, String id, String reason, List<Violation> details) {}

    /** The answer's {@code data}; a refusal of all has a reason and the request's id, as every refusal has. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Outcome(Reason reason, String requestId, int accepted, int rejected, List<String> ids, List<Error> errors) {}

    /**
     * Reads a JSON array, or newline-delimited JSON, into the batch to send; the order is kept. The subject of the caller's token is
     * the publisher of each event, and an event of a type that the token does not allow is refused. Any thread.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} where an array cannot be read to its end, {@code TOO_LARGE}
     *     with over 10,000 events, {@code INVALID_PARAMETER} where the request has one id for all of them,
     *     {@code KAFKA_UNAVAILABLE} at once while Kafka is known to be out of reach
     */
    public EventBatch read(
            @Body byte[] body,
            @Header(EventReader.KEY_HEADER) String key,
            @ExchangeProperty(CallProperties.CONTENT_TYPE) String contentType,
            @ExchangeProperty(CallProperties.SUBJECT) String publisher,
            @ExchangeProperty(CallProperties.SCOPES) Set<String> scopes,
            CamelContext context) {
        if (key != null) {
            throw new GatewayException(
                    Reason.INVALID_PARAMETER,
                    EventReader.KEY_HEADER,
                    "is of one event; give each event of a batch an id");
        }
        EventBatch batch = new EventBatch();
        PublishPermission permission = PublishPermission.of(scopes);
        ObjIntConsumer<EventReader.Outcome> each = (outcome, index) -> add(batch, outcome, index, publisher, context);
        if (NDJSON.equals(contentType)) {
            reader.readLines(body, permission, each);
        } else {
            reader.readArray(body, permission, each);
        }
        if (batch.size() == 0) {
            throw new GatewayException(Reason.EVENT_INVALID, "", "the batch has no event");
        }
        if (!batch.isEmpty()) {
            broker.check();
        }
        return batch;
    }

    private void add(EventBatch batch, EventReader.Outcome outcome, int index, String publisher, CamelContext context) {
        if (index >= MAX_EVENTS) {
            throw new GatewayException(Reason.TOO_LARGE, "", "a batch has at most " + MAX_EVENTS + " events");
        }
        if (outcome.failure() != null) {
            batch.refuse(index, outcome.id(), outcome.failure());
            return;
        }
        Event event = outcome.event();
        try {
            batch.add(index, event, publication.toRecord(event, publisher, context));
        } catch (GatewayException e) {
            batch.refuse(index, event.id(), e);
        }
    }

    /**
     * Answers 202, 207 or 422, from what Kafka said of each record; 403 where the caller may publish none of the events. Any
     * thread.
     *
     * @throws GatewayException with {@code KAFKA_UNAVAILABLE} where Kafka took none of the valid events
     */
    public Answer answer(@Body EventBatch batch, Exchange exchange) {
        List<Error> errors = new ArrayList<>();
        for (EventBatch.Refused refused : batch.refused()) {
            GatewayException failure = refused.failure();
            metrics.rejected(failure.reason());
            List<Violation> details = failure.details().isEmpty() ? null : failure.details();
            errors.add(new Error(refused.index(), refused.id(), failure.reason().name(), details));
        }
        int accepted = 0;
        Map<String, Integer> types = new HashMap<>();
        for (EventBatch.Entry entry : batch.entries()) {
            if (entry.message().acknowledged() != null) {
                types.merge(entry.type(), 1, Integer::sum);
                accepted++;
            } else {
                errors.add(new Error(entry.index(), entry.id(), Reason.KAFKA_UNAVAILABLE.name(), null));
            }
        }
        types.forEach(metrics::accepted);
        exchange.getMessage().removeHeaders("*");
        if (accepted == 0 && !batch.isEmpty()) {
            throw new GatewayException(Reason.KAFKA_UNAVAILABLE);
        }
        if (accepted == batch.entries().size() && accepted > 0) {
            broker.succeeded();
        }
        errors.sort(Comparator.comparingInt(Error::index));
        if (accepted == 0) {
            String requestId = exchange.getProperty(CallProperties.REQUEST_ID, String.class);
            boolean forbidden = errors.stream().allMatch(error -> NOT_ALLOWED.equals(error.reason()));
            Reason reason = forbidden ? Reason.TYPE_NOT_ALLOWED : Reason.EVENT_INVALID;
            Outcome none = new Outcome(reason, requestId, 0, errors.size(), null, errors);
            return forbidden
                    ? new Answer(403, "reason." + reason, none)
                    : new Answer(422, "events.none.accepted", none);
        }
        Outcome outcome = new Outcome(null, null, accepted, errors.size(), batch.ids(), errors);
        return errors.isEmpty()
                ? new Answer(202, "events.accepted", outcome)
                : new Answer(207, "events.partly.accepted", outcome);
    }
}
