package io.github.eventgateway.tools.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Checks that Kafka consumers have the only form that loses no records: the options of the endpoint and the error
 * policy.
 */
final class KafkaConsumers implements Rule {

    private static final String KAFKA = "kafka";
    private static final String BYTES = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
    /** CamelKafkaTest shows which records are lost without these options. */
    private static final Map<String, String> SHAPE = new TreeMap<>(Map.of(
            "batching", "true",
            "autoCommitEnable", "false",
            "allowManualCommit", "true",
            "breakOnFirstError", "true",
            "pollOnError", "RETRY",
            "autoOffsetReset", "earliest",
            "keyDeserializer", BYTES,
            "valueDeserializer", BYTES));
    /**
     * When a partition is assigned, Camel continues at the offset in the repository, but PolledBatch does not write it.
     * With the other option, Camel seeks at each assignment.
     */
    private static final List<String> NEVER_SET = List.of("offsetRepository", "seekTo");

    private static final String COMMITS = "kafkaManualCommitFactory";
    /** The component has the factories of the gateway, which read failed records again and commit. */
    private static final List<String> FORBIDDEN = Stream.concat(
                    NEVER_SET.stream(), Stream.of(KafkaOverrides.FACTORY, COMMITS))
            .toList();

    private static final String PROTOCOL = "groupProtocol";

    private static final KafkaOverrides OVERRIDES = new KafkaOverrides(
            Map.of(
                    "enable.auto.commit", "autoCommitEnable",
                    "auto.offset.reset", "autoOffsetReset",
                    "isolation.level", "isolationLevel",
                    "key.deserializer", "keyDeserializer",
                    "value.deserializer", "valueDeserializer",
                    "group.id", "groupId",
                    "group.instance.id", "groupInstanceId",
                    "group.protocol", PROTOCOL,
                    "max.poll.interval.ms", "maxPollIntervalMs",
                    "max.poll.records", "maxPollRecords"),
            Map.of(
                    "enable.auto.commit", "false",
                    "auto.offset.reset", "earliest",
                    "isolation.level", "read_committed",
                    "key.deserializer", BYTES,
                    "value.deserializer", BYTES,
                    "group.protocol", "classic"));

    private static final Set<String> LOSING_STEPS = Set.of("pausable", "resumable");
    private static final long DEFAULT_POLL_INTERVAL_MS = 300_000;

    private final RouteSettings settings;

    KafkaConsumers(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, YamlNode> groups = new HashMap<>();
        checkComponent(report);
        for (Routes.Element route : routes.routes()) {
            routes.consumer(route).filter(from -> from.scheme().equals(KAFKA)).ifPresent(from -> {
                checkShape(from, report);
                checkOptions(from, report);
                checkRoute(route, report);
                checkPolicy(route, from, routes, report);
                checkGroup(route, from, routes, groups, report);
            });
        }
    }

    /** Checks the settings for all consumers. */
    private void checkComponent(Report report) {
        Map<String, String> wanted = new TreeMap<>(SHAPE);
        wanted.put("isolationLevel", "read_committed");
        wanted.put(KafkaOverrides.FACTORY, "#bean:kafkaClients");
        wanted.put(COMMITS, "#bean:manualCommits");
        wanted.forEach((name, value) -> {
            String setting = RouteSettings.ofComponent(KAFKA, name);
            settings.value(setting)
                    .filter(set -> !settings.resolve(set).equals(value))
                    .ifPresent(set -> report.add(
                            settings.place(setting),
                            setting + " is " + set + ", with which consumers can lose records: set it to " + value,
                            ""));
        });
        for (String name : NEVER_SET) {
            String setting = RouteSettings.ofComponent(KAFKA, name);
            settings.value(setting)
                    .filter(set -> !set.isBlank())
                    .ifPresent(set ->
                            report.add(settings.place(setting), "consumers can lose records: remove " + setting, ""));
        }
        String protocol = RouteSettings.ofComponent(KAFKA, PROTOCOL);
        settings.value(protocol)
                .filter(KafkaConsumers::isOtherProtocol)
                .ifPresent(set -> report.add(
                        settings.place(protocol),
                        protocol + " is " + set + ", with which no consumer can be created: set it to classic",
                        ""));
        OVERRIDES.checkComponent(settings, report);
    }

    /** The consumers of the gateway use parts of the client that only exist with the classic protocol. */
    private static boolean isOtherProtocol(String protocol) {
        return !protocol.isBlank() && !protocol.equalsIgnoreCase("classic");
    }

    private void checkOptions(Routes.Endpoint endpoint, Report report) {
        for (String name : FORBIDDEN) {
            if (!endpoint.parameter(name).isEmpty()) {
                report.add(endpoint.optionKey(name), "this consumer can lose records: remove " + name);
            }
        }
        if (isOtherProtocol(resolved(endpoint, PROTOCOL))) {
            report.add(endpoint.option(PROTOCOL), "this consumer cannot be created: set groupProtocol to classic");
        }
        OVERRIDES.check(endpoint, settings, report);
    }

    private String resolved(Routes.Endpoint endpoint, String option) {
        return settings.resolve(endpoint.parameter(option));
    }

    private void checkShape(Routes.Endpoint endpoint, Report report) {
        SHAPE.forEach((name, value) -> {
            boolean isReportedInSettings =
                    endpoint.parameter(name).isEmpty() && settings.has(RouteSettings.ofComponent(KAFKA, name));
            if (!isReportedInSettings && !resolved(endpoint, name).equals(value)) {
                report.add(endpoint.option(name), "this consumer can lose records: set " + name + " to " + value);
            }
        });
        String isolation = resolved(endpoint, "isolationLevel");
        if (!isolation.isEmpty() && !isolation.equals("read_committed")) {
            report.add(
                    endpoint.option("isolationLevel"),
                    "this consumer would read records of aborted transactions: remove isolationLevel, or "
                            + "set it to read_committed");
        }
        if (endpoint.parameter("groupId").isEmpty()) {
            report.add(
                    endpoint.at(),
                    "this consumer has no groupId: each start would create a new group and read all records again");
        }
        if (!endpoint.parameter("groupInstanceId").isEmpty()
                && !endpoint.parameter("consumersCount").isEmpty()) {
            report.add(
                    endpoint.optionKey("groupInstanceId"),
                    "the threads of consumersCount would all get this groupInstanceId, and fence each other");
        }
    }

    private static void checkRoute(Routes.Element route, Report report) {
        route.node()
                .all()
                .flatMap(Routes::elements)
                .filter(element -> LOSING_STEPS.contains(element.kind()))
                .forEach(element -> report.add(
                        element.key(),
                        element.kind() + " loses records: tell the route to stop, or let the batch fail"));
    }

    private void checkPolicy(Routes.Element route, Routes.Endpoint from, Routes routes, Report report) {
        Set<String> named = routes.policies(route, settings);
        if (named.stream().anyMatch(String::isBlank)) {
            report.add(
                    route.node().get("routeConfigurationId").orElse(route.key()),
                    "this consumer has no error policy: set routeConfigurationId to one, such as "
                            + "retry-then-read-again");
            return;
        }
        long limit = number(settings.option(from, "maxPollIntervalMs")).orElse(DEFAULT_POLL_INTERVAL_MS);
        for (Routes.Element policy : routes.top("routeConfiguration")) {
            if (named.stream().anyMatch(ids -> CalledRoutes.isNamed(policy, ids))) {
                Routes.failures(policy).forEach(failure -> checkFailure(failure, limit, report));
            }
        }
    }

    private void checkFailure(Routes.Element failure, long limit, Report report) {
        for (String word : List.of("handled", "continued")) {
            failure.node().entries().stream()
                    .filter(entry -> entry.name().equals(word))
                    .filter(entry ->
                            entry.value().all().noneMatch(node -> node.text().equals("false")))
                    .forEach(entry -> report.add(
                            entry.key(),
                            word
                                    + " in the error policy of a consumer: the next batch would commit "
                                    + "the failed records; remove it, so that they are read again"));
        }
        failure.node().get("redeliveryPolicy").ifPresent(policy -> {
            if (new Redeliveries(settings).waits(policy) >= limit) {
                report.add(
                        policy.get("maximumRedeliveries").orElse(policy),
                        "these redeliveries take longer than maxPollIntervalMs (" + limit
                                + " ms) of a consumer, which would leave its group");
            }
        });
    }

    private Optional<Long> number(String text) {
        String value = settings.resolve(text).strip();
        return value.matches("-?\\d{1,18}") ? Optional.of(Long.parseLong(value)) : Optional.empty();
    }

    private void checkGroup(
            Routes.Element route, Routes.Endpoint from, Routes routes, Map<String, YamlNode> groups, Report report) {
        for (Routes.Consumption one : routes.consumptions(route, settings)) {
            String topic = "kafka:" + one.topics();
            String group = one.group();
            YamlNode first =
                    topic.contains("{{") || group.isEmpty() ? null : groups.putIfAbsent(topic + " " + group, from.at());
            if (first != null) {
                report.add(
                        from.option("groupId"),
                        "the group " + group + " reads " + topic + " in "
                                + first.file().getFileName() + ":" + first.line()
                                + " too; each of the two would get only a part of the records: give one "
                                + "of them another group");
            }
        }
    }
}
