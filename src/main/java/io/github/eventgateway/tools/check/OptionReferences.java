package io.github.eventgateway.tools.check;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that an object in a step, data format or endpoint exists and has the right type: an aggregation strategy, an id
 * repository, an executor, a mapper.
 */
final class OptionReferences implements Rule {

    /** Camel accepts any object here and calls a method of it. */
    private static final String ANY_OBJECT = "org.apache.camel.AggregationStrategy";

    private static final Set<String> NAMED = Set.of(
            "routePolicyRef",
            "errorHandlerRef",
            "onRedeliveryRef",
            "onExceptionOccurredRef",
            "onPrepareFailureRef",
            "redeliveryPolicyRef",
            "executorServiceRef",
            "retryWhileRef",
            "loggerRef",
            "exchangeFormatterRef",
            "transactedPolicyRef");
    private static final Set<String> BY_REF =
            Set.of("policy", "transacted", "refErrorHandler", "customLoadBalancer", "custom", "throwException");

    private final Beans beans;
    private final Dsl dsl;
    private final RouteSettings settings;

    OptionReferences(Beans beans, Dsl dsl, RouteSettings settings) {
        this.beans = beans;
        this.dsl = dsl;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        KnownBeans known = new KnownBeans(beans, routes);
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .filter(element -> !element.kind().equals("parameters"))
                .forEach(element -> checkStep(element, known, report));
        routes.endpoints().forEach(endpoint -> {
            endpoint.options()
                    .forEach(option -> checkOption(
                            option.value(), settings.resolve(option.value().text()), known, report));
            for (String option :
                    endpoint.at().text().replaceFirst("^[^?]*\\??", "").split("&")) {
                checkOption(endpoint.at(), option.replaceFirst("^[^=]*=", ""), known, report);
            }
        });
        routes.top("beans").stream()
                .flatMap(list -> list.node().items().stream())
                .flatMap(bean -> bean.get("type").stream())
                .filter(type -> type.text().matches("(#class:)?[\\w.$]+"))
                .forEach(type -> known.find(type, type.text().replaceFirst("^(#class:)?", "#class:"), report));
    }

    private void checkStep(Routes.Element element, KnownBeans known, Report report) {
        Map<String, String> wanted = dsl.beanFields(element.kind());
        for (YamlNode.Entry field : element.node().entries()) {
            boolean names = wanted.containsKey(field.name())
                    || NAMED.contains(field.name())
                    || field.name().equals("ref") && BY_REF.contains(element.kind());
            String value = settings.resolve(field.value().text());
            boolean isFormat = element.kind().equals("custom") && InstalledCatalog.isInstalled("dataformat", value);
            if (names && !isFormat && !value.isBlank() && !value.contains("{{")) {
                for (String one : value.split("\\s*,\\s*")) {
                    checkField(field.value(), one, wanted.getOrDefault(field.name(), ""), known, report);
                }
            }
        }
    }

    private static void checkField(YamlNode at, String value, String wanted, KnownBeans known, Report report) {
        String name = value.replaceFirst("^#(bean|class|type):|^#", "");
        String what = value.startsWith("#class:") ? "class" : "bean";
        find(at, value, known, report)
                .filter(type -> !fits(type, wanted))
                .ifPresent(type -> report.add(
                        at, "the " + what + " " + name + " is not of the type " + wanted.replaceFirst(".*\\.", "")));
    }

    private static void checkOption(YamlNode at, String written, KnownBeans known, Report report) {
        if (written.matches("#[\\w.:$-]+(\\(.*)?") && !written.matches("#(autowired|property:.*|valueAs.*)")) {
            find(at, written, known, report);
        }
    }

    /** References with {@code #bean:} are checked in every text already. */
    private static Optional<Class<?>> find(YamlNode at, String reference, KnownBeans known, Report report) {
        return known.find(at, reference, reference.startsWith("#bean:") ? new Silent() : report);
    }

    private static boolean fits(Class<?> type, String wanted) {
        return wanted.isEmpty()
                || wanted.equals(ANY_OBJECT)
                || KnownBeans.type(wanted)
                        .map(known -> known.isAssignableFrom(type) || type.isAssignableFrom(known))
                        .orElse(true);
    }

    /** Ignores findings that another rule reports. */
    private static final class Silent implements Report {

        @Override
        public void add(Place at, String message, String suggestion) {}

        @Override
        public void warn(Place at, String message, String suggestion) {}
    }
}
