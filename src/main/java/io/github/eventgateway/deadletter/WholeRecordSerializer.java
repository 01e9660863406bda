package io.github.eventgateway.deadletter;

import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Lets a {@code kafka:} endpoint send a record with its original headers. camel-kafka takes headers from a map without
 * duplicates, order and upper case, and drops {@code camel*} and {@code kafka.*}. A Kafka serializer may set the
 * headers of its record. This one sets all of them, and no header of the exchange is sent.
 */
public class WholeRecordSerializer implements Serializer<Object> {

    @Override
    public byte[] serialize(String topic, Object data) {
        throw new SerializationException("A whole record needs a producer that supports headers");
    }

    @Override
    public byte[] serialize(String topic, Headers headers, Object data) {
        if (!(data instanceof OutgoingRecord whole)) {
            throw new SerializationException("Expected a whole record, not "
                    + (data == null ? "nothing" : data.getClass().getName()));
        }
        Arrays.stream(headers.toArray()).map(Header::key).distinct().forEach(headers::remove);
        whole.headers().forEach(headers::add);
        return whole.value();
    }
}
