package io.github.eventgateway.check;

import java.util.List;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.springframework.util.ClassUtils;

/** Producers to Kafka send bytes as they are, and wait for all replicas. */
final class KafkaProducers implements Rule {

    private static final String OWN = "io.github.eventgateway.";

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (!endpoint.consumer() && endpoint.scheme().equals("kafka")) {
                check(endpoint, report);
            }
        }
    }

    private static void check(Routes.Endpoint endpoint, Report report) {
        for (String name : List.of("keySerializer", "valueSerializer")) {
            if (!isBytes(endpoint.parameter(name))) {
                report.add(
                        endpoint.at(),
                        "this producer can change what it sends: set " + name + " to "
                                + ByteArraySerializer.class.getName() + " or a serializer of the gateway's own");
            }
        }
        String acks = endpoint.parameter("requestRequiredAcks");
        if (!acks.isEmpty() && !acks.equals("all") && !acks.equals("-1")) {
            report.add(endpoint.at(), "this producer can lose records: set requestRequiredAcks to all");
        }
    }

    private static boolean isBytes(String serializer) {
        if (serializer.equals(ByteArraySerializer.class.getName())) {
            return true;
        }
        ClassLoader loader = KafkaProducers.class.getClassLoader();
        return serializer.startsWith(OWN)
                && ClassUtils.isPresent(serializer, loader)
                && Serializer.class.isAssignableFrom(ClassUtils.resolveClassName(serializer, loader));
    }
}
