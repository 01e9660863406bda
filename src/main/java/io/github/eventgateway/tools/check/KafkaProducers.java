package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.springframework.util.ClassUtils;

/** Checks that Kafka producers send bytes unchanged, wait for all replicas, and have bounded timeouts. */
final class KafkaProducers implements Rule {

    private static final String OWN = "io.github.eventgateway.";

    private static final String BYTES = ByteArraySerializer.class.getName();

    private static final KafkaOverrides OVERRIDES = new KafkaOverrides(
            Map.of(
                    "acks", "requestRequiredAcks",
                    "enable.idempotence", "enableIdempotence",
                    "key.serializer", "keySerializer",
                    "value.serializer", "valueSerializer",
                    "max.block.ms", "maxBlockMs",
                    "delivery.timeout.ms", "deliveryTimeoutMs"),
            Map.of("acks", "all", "enable.idempotence", "true", "key.serializer", BYTES, "value.serializer", BYTES));

    private final RouteSettings settings;

    KafkaProducers(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        checkComponent(report);
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (!endpoint.consumer() && endpoint.scheme().equals("kafka")) {
                check(endpoint, report);
            }
        }
        routes.steps().stream()
                .filter(step -> step.kind().equals("setHeader"))
                .flatMap(step -> step.node().get("name").stream())
                .filter(name -> name.text().matches("(?i)(kafka\\.|CamelKafka).*"))
                .forEach(name -> report.add(
                        name, "routes must not set headers of Camel's Kafka component: a bean sets topic and key"));
    }

    /** Checks the settings for all producers. */
    private void checkComponent(Report report) {
        Map.of(
                        "keySerializer",
                        BYTES,
                        "valueSerializer",
                        BYTES,
                        "requestRequiredAcks",
                        "all",
                        "enableIdempotence",
                        "true")
                .forEach((name, value) -> {
                    String setting = RouteSettings.ofComponent("kafka", name);
                    settings.value(setting)
                            .filter(set -> !settings.resolve(set).equals(value))
                            .ifPresent(set -> report.add(
                                    settings.place(setting),
                                    setting + " is " + set
                                            + ", with which producers can lose or change records: set it to " + value,
                                    ""));
                });
        OVERRIDES.checkComponent(settings, report);
    }

    private void check(Routes.Endpoint endpoint, Report report) {
        for (String name : List.of("keySerializer", "valueSerializer")) {
            boolean isReportedInSettings =
                    endpoint.parameter(name).isEmpty() && settings.has(RouteSettings.ofComponent("kafka", name));
            if (!isReportedInSettings && !isBytes(resolved(endpoint, name))) {
                report.add(
                        endpoint.option(name),
                        "this producer can change what it sends: set " + name + " to " + BYTES
                                + " or a serializer of the gateway's own");
            }
        }
        String acks = resolved(endpoint, "requestRequiredAcks");
        if (!acks.isEmpty() && !acks.equals("all") && !acks.equals("-1")) {
            report.add(
                    endpoint.option("requestRequiredAcks"),
                    "this producer can lose records: set requestRequiredAcks to all");
        }
        if (resolved(endpoint, "enableIdempotence").equals("false")) {
            report.add(
                    endpoint.option("enableIdempotence"),
                    "this producer can send records twice and out of order: set enableIdempotence to true");
        }
        String factory = KafkaOverrides.FACTORY;
        if (!endpoint.parameter(factory).isEmpty()) {
            report.add(
                    endpoint.optionKey(factory),
                    "this producer would not have the connection of the gateway: remove " + factory);
        }
        OVERRIDES.check(endpoint, settings, report);
        checkLinger(endpoint, report);
        Map.of("maxBlockMs", "60 s", "deliveryTimeoutMs", "120 s").forEach((name, without) -> {
            if (settings.option(endpoint, name).isEmpty()) {
                report.add(
                        endpoint.at(),
                        "set " + name + ": without it a caller waits " + without + " while Kafka is unavailable");
            }
        });
    }

    private String resolved(Routes.Endpoint endpoint, String option) {
        return settings.resolve(endpoint.parameter(option));
    }

    /** The value that Camel and the Kafka client treated as 0 until 4.18 and 3.9. */
    private void checkLinger(Routes.Endpoint endpoint, Report report) {
        if (settings.option(endpoint, "lingerMs").isEmpty()) {
            report.add(endpoint.at(), "set lingerMs: without it each record waits 5 ms for others; 0 sends it at once");
        }
    }

    private static boolean isBytes(String serializer) {
        if (serializer.equals(BYTES)) {
            return true;
        }
        ClassLoader loader = KafkaProducers.class.getClassLoader();
        return serializer.startsWith(OWN)
                && ClassUtils.isPresent(serializer, loader)
                && Serializer.class.isAssignableFrom(ClassUtils.resolveClassName(serializer, loader));
    }
}
