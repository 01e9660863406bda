package io.github.eventgateway.publish;

import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.EventMetrics;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.event.EventSettings;
import io.github.eventgateway.event.PublishPermission;
import io.github.eventgateway.kafka.BrokerAvailability;
import io.github.eventgateway.kafka.KafkaRecords;
import io.github.eventgateway.kafka.RecordMessage;
import io.github.eventgateway.kafka.UnsentRecord;
import io.github.eventgateway.seal.PublisherSeal;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.stereotype.Component;

/** Publishes one event: prepares the record for Kafka, and makes the answer after Kafka has acknowledged it. */
@Component("eventPublication")
public class EventPublication {

    private static final String EVENT = "event";

    private final EventReader reader;
    private final EventCatalogue catalogue;
    private final EventSettings settings;
    private final BrokerAvailability broker;
    private final EventMetrics metrics;
    private final PublisherSeal publishers;
    private final SynchronizationAdapter unsent = new SynchronizationAdapter() {
        @Override
        public void onFailure(Exchange exchange) {
            metrics.rejected(reason(exchange.getException()));
        }
    };

    EventPublication(
            EventReader reader,
            EventCatalogue catalogue,
            EventSettings settings,
            BrokerAvailability broker,
            EventMetrics metrics,
            PublisherSeal publishers) {
        this.reader = reader;
        this.catalogue = catalogue;
        this.settings = settings;
        this.broker = broker;
        this.metrics = metrics;
        this.publishers = publishers;
    }

    /**
     * Reads an event from the body of a request, and counts an invalid one. Any thread.
     *
     * @param idempotencyKey the header {@code Idempotency-Key}, or null
     * @param scopes the scopes of the token; null without a caller
     * @throws GatewayException if the body is not an event, or the caller may not publish its type
     */
    public Event read(
            @Body byte[] body,
            @Header(EventReader.IDEMPOTENCY_KEY) String idempotencyKey,
            @ExchangeProperty(CallProperties.SCOPES) Set<String> scopes) {
        return metrics.counted(() -> reader.read(body, idempotencyKey, PublishPermission.of(scopes)));
    }

    /**
     * Reads the data of an event whose type is in the path.
     *
     * @param type the event type
     * @param callerAddress the address of the caller, for types that use it
     * @param idempotencyKey the header {@code Idempotency-Key}, or null
     * @param scopes the scopes of the token; null without a caller
     * @throws GatewayException if the body is not valid data of this type, or the caller may not publish the type
     */
    public Event readData(
            @Header("type") String type,
            @Body byte[] body,
            @ExchangeProperty(CallProperties.CALLER_ADDRESS) String callerAddress,
            @Header(EventReader.IDEMPOTENCY_KEY) String idempotencyKey,
            @ExchangeProperty(CallProperties.SCOPES) Set<String> scopes) {
        return metrics.counted(
                () -> reader.readData(type, body, callerAddress, idempotencyKey, PublishPermission.of(scopes)));
    }

    /**
     * Replaces the event in the message by its record, without any header from outside. The subject of the token
     * becomes the publisher. Any thread.
     *
     * @throws GatewayException with {@code TOO_LARGE}, with {@code TYPE_NOT_ALLOWED} if the caller may not publish the
     *     type, or at once with {@code KAFKA_UNAVAILABLE} while Kafka is known to be unavailable
     */
    @SuppressWarnings("unchecked")
    public void prepare(Exchange exchange) {
        Message message = exchange.getMessage();
        Event event = message.getBody(Event.class);
        message.removeHeaders("*");
        exchange.setProperty(EVENT, event);
        exchange.getExchangeExtension().addOnCompletion(unsent);
        Set<String> scopes = exchange.getProperty(CallProperties.SCOPES, Set.class);
        String publisher = exchange.getProperty(CallProperties.SUBJECT, String.class);
        PublishPermission.of(scopes).require(event.type(), "/type");
        KafkaRecords.set(message, record(event, publisher));
        broker.check();
    }

    private static Reason reason(Throwable failure) {
        for (Throwable cause = failure; cause != null && cause != cause.getCause(); cause = cause.getCause()) {
            if (cause instanceof GatewayException known) {
                return known.reason();
            }
            if (cause instanceof RecordTooLargeException) {
                return Reason.TOO_LARGE;
            }
            if (cause instanceof KafkaException) {
                return Reason.KAFKA_UNAVAILABLE;
            }
        }
        return Reason.INTERNAL_ERROR;
    }

    /** Returns the answer after Kafka has acknowledged the record. Any thread. */
    public Published answer(Exchange exchange, @ExchangeProperty(EVENT) Event event) {
        Message message = exchange.getMessage();
        RecordMetadata at = KafkaRecords.acknowledged(message);
        message.removeHeaders("*");
        broker.succeeded();
        metrics.accepted(event.type());
        return new Published(event.id(), event.type(), at.topic(), at.partition(), at.offset());
    }

    /**
     * @param publisher the subject of the token; null without a token
     * @throws GatewayException with {@code TOO_LARGE}
     */
    RecordMessage toRecord(Event event, String publisher, CamelContext context) {
        return new RecordMessage(context, record(event, publisher));
    }

    private UnsentRecord record(Event event, String publisher) {
        String topic = catalogue.topicOf(event.type()).name();
        byte[] key = event.keyBytes();
        byte[] value = value(event);
        return new UnsentRecord(topic, timestamp(event), key, value, publishers.headers(publisher, topic, key, value));
    }

    /**
     * If the caller gave no timestamp, the record gets the time of the event as its own. A reader of the record then
     * knows that a repeat of the event has another time.
     */
    private static Long timestamp(Event event) {
        return event.isDated() ? null : event.timestamp().toEpochMilli();
    }

    private byte[] value(Event event) {
        byte[] value = EventConverters.toBytes(event);
        if (value.length > settings.maxEventBytes()) {
            throw new GatewayException(
                    Reason.TOO_LARGE, "", "the event must not be longer than " + settings.maxEventBytes() + " bytes");
        }
        return value;
    }
}
