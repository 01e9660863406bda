package io.github.eventgateway.check;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Consumers of Kafka have the one shape that loses nothing. */
final class KafkaConsumers implements Rule {

    private static final String BYTES = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
    private static final Map<String, String> SHAPE = new TreeMap<>(Map.of(
            "batching", "true",
            "autoCommitEnable", "false",
            "allowManualCommit", "true",
            "breakOnFirstError", "true",
            "pollOnError", "RETRY",
            "autoOffsetReset", "earliest",
            "keyDeserializer", BYTES,
            "valueDeserializer", BYTES));
    private static final Set<String> FORBIDDEN = Set.of("kafkaManualCommitFactory", "offsetRepository");

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (endpoint.consumer() && endpoint.scheme().equals("kafka")) {
                check(endpoint, report);
            }
        }
    }

    private static void check(Routes.Endpoint endpoint, Report report) {
        SHAPE.forEach((name, value) -> {
            if (!endpoint.parameter(name).equals(value)) {
                report.add(at(endpoint, name), "this consumer can lose records: set " + name + " to " + value);
            }
        });
        for (String name : FORBIDDEN) {
            if (!endpoint.parameter(name).isEmpty()) {
                report.add(at(endpoint, name), "this consumer can lose records: leave out " + name);
            }
        }
        if (!endpoint.parameter("groupInstanceId").isEmpty()
                && !endpoint.parameter("consumersCount").isEmpty()) {
            report.add(
                    at(endpoint, "groupInstanceId"),
                    "the threads of consumersCount would all get this groupInstanceId, and fence each other");
        }
    }

    private static YamlNode at(Routes.Endpoint endpoint, String parameter) {
        return endpoint.parameters().flatMap(all -> all.get(parameter)).orElse(endpoint.at());
    }
}
