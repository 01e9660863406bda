package io.github.eventgateway.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.EventMetrics;
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
 * Publishes a batch: converts its valid events to records, and answers with the outcome of each event. It is a bean
 * because one exchange per event, as a YAML split makes, costs several times as much as the event.
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

    /** An entry of {@code errors} in the answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EventError(int index, String id, String reason, List<Violation> details) {}

    /**
     * The {@code data} of the answer. If all events failed, it also has a reason and the request id, like every error
     * answer.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Outcome(
            Reason reason, String requestId, int accepted, int rejected, List<String> ids, List<EventError> errors) {}

    /**
     * Reads a JSON array or newline-delimited JSON into a batch, in the same order. The subject of the token becomes
     * the publisher of each event. An event of a type that the token does not allow gets an error. Any thread.
     *
     * @throws GatewayException with {@code MALFORMED_JSON} if an array is broken, {@code TOO_LARGE} for more than
     *     10,000 events, {@code INVALID_PARAMETER} if the request has an {@code Idempotency-Key},
     *     {@code KAFKA_UNAVAILABLE} at once while Kafka is known to be unavailable
     */
    public EventBatch read(
            @Body byte[] body,
            @Header(EventReader.IDEMPOTENCY_KEY) String idempotencyKey,
            @ExchangeProperty(CallProperties.CONTENT_TYPE) String contentType,
            @ExchangeProperty(CallProperties.SUBJECT) String publisher,
            @ExchangeProperty(CallProperties.SCOPES) Set<String> scopes,
            CamelContext context) {
        EventBatch batch =
                metrics.counted(() -> readAll(body, idempotencyKey, contentType, publisher, scopes, context));
        if (!batch.isEmpty()) {
            try {
                broker.check();
            } catch (GatewayException e) {
                countRejected(batch);
                metrics.rejected(e.reason(), batch.entries().size());
                throw e;
            }
        }
        return batch;
    }

    private EventBatch readAll(
            byte[] body,
            String idempotencyKey,
            String contentType,
            String publisher,
            Set<String> scopes,
            CamelContext context) {
        if (idempotencyKey != null) {
            throw new GatewayException(
                    Reason.INVALID_PARAMETER,
                    EventReader.IDEMPOTENCY_KEY,
                    "is the id of a single event; give each event of a batch its own id");
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
        return batch;
    }

    private void add(EventBatch batch, EventReader.Outcome outcome, int index, String publisher, CamelContext context) {
        if (index >= MAX_EVENTS) {
            throw new GatewayException(Reason.TOO_LARGE, "", "a batch has at most " + MAX_EVENTS + " events");
        }
        if (outcome.failure() != null) {
            batch.reject(index, outcome.id(), outcome.failure());
            return;
        }
        Event event = outcome.event();
        try {
            batch.add(index, event, publication.toRecord(event, publisher, context));
        } catch (GatewayException e) {
            batch.reject(index, event.id(), e);
        }
    }

    /**
     * Answers 202, 207 or 422 according to Kafka's result for each record, or 403 if the caller may publish none of the
     * events. Any thread.
     *
     * @throws GatewayException with {@code KAFKA_UNAVAILABLE} if Kafka accepted none of the valid events
     */
    public Answer answer(@Body EventBatch batch, Exchange exchange) {
        countRejected(batch);
        List<EventError> errors = errors(batch);
        int accepted = accepted(batch, errors);
        exchange.getMessage().removeHeaders("*");
        if (accepted == 0 && !batch.isEmpty()) {
            throw new GatewayException(Reason.KAFKA_UNAVAILABLE);
        }
        if (accepted == batch.entries().size() && accepted > 0) {
            broker.succeeded();
        }
        errors.sort(Comparator.comparingInt(EventError::index));
        if (accepted == 0) {
            return noneAccepted(exchange, errors);
        }
        Outcome outcome = new Outcome(null, null, accepted, errors.size(), batch.ids(), errors);
        return errors.isEmpty()
                ? new Answer(202, "events.accepted", outcome)
                : new Answer(207, "events.partly.accepted", outcome);
    }

    private void countRejected(EventBatch batch) {
        batch.rejected().forEach(event -> metrics.rejected(event.reason()));
    }

    /** Returns the errors of the events that the gateway rejected. */
    private static List<EventError> errors(EventBatch batch) {
        List<EventError> errors = new ArrayList<>();
        for (EventBatch.RejectedEvent event : batch.rejected()) {
            List<Violation> details = event.details().isEmpty() ? null : event.details();
            errors.add(new EventError(event.index(), event.id(), event.reason().name(), details));
        }
        return errors;
    }

    /** Counts the events that were sent, adds an error for each that Kafka does not have, and returns the number of the others. */
    private int accepted(EventBatch batch, List<EventError> errors) {
        int accepted = 0;
        Map<String, Integer> types = new HashMap<>();
        for (EventBatch.Entry entry : batch.entries()) {
            if (entry.message().acknowledged() != null) {
                types.merge(entry.type(), 1, Integer::sum);
                accepted++;
            } else {
                errors.add(new EventError(entry.index(), entry.id(), Reason.KAFKA_UNAVAILABLE.name(), null));
            }
        }
        types.forEach(metrics::accepted);
        metrics.rejected(Reason.KAFKA_UNAVAILABLE, batch.entries().size() - accepted);
        return accepted;
    }

    private static Answer noneAccepted(Exchange exchange, List<EventError> errors) {
        String requestId = exchange.getProperty(CallProperties.REQUEST_ID, String.class);
        boolean forbidden = errors.stream().allMatch(error -> NOT_ALLOWED.equals(error.reason()));
        Reason reason = forbidden ? Reason.TYPE_NOT_ALLOWED : Reason.EVENT_INVALID;
        Outcome none = new Outcome(reason, requestId, 0, errors.size(), null, errors);
        return forbidden ? new Answer(403, "reason." + reason, none) : new Answer(422, "events.none.accepted", none);
    }
}
