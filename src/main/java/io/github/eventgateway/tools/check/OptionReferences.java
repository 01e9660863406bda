package io.github.eventgateway.tools.check;

import java.util.Map;
import java.util.Optional;

/**
 * Checks that an object in a step, data format or endpoint exists and has the right type: an aggregation strategy, an id
 * repository, an executor, a mapper.
 */
final class OptionReferences implements Rule {

    /** Camel accepts any object here and calls a method of it. */
    private static final String ANY_OBJECT = "org.apache.camel.AggregationStrategy";

    private static final String PROCESSOR = "org.apache.camel.Processor";
    /** Fields whose bean the catalogue describes as a text, and the class of the bean; empty for an unknown class. */
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("routePolicyRef", "org.apache.camel.spi.RoutePolicy"),
            Map.entry("errorHandlerRef", "org.apache.camel.ErrorHandlerFactory"),
            Map.entry("onRedeliveryRef", PROCESSOR),
            Map.entry("onExceptionOccurredRef", PROCESSOR),
            Map.entry("onPrepareFailureRef", PROCESSOR),
            Map.entry("redeliveryPolicyRef", "org.apache.camel.processor.errorhandler.RedeliveryPolicy"),
            Map.entry("executorServiceRef", "java.util.concurrent.ScheduledExecutorService"),
            Map.entry("retryWhileRef", ""),
            Map.entry("loggerRef", "org.apache.camel.spi.CamelLogger"),
            Map.entry("exchangeFormatterRef", "org.apache.camel.spi.ExchangeFormatter"),
            Map.entry("transactedPolicyRef", "org.apache.camel.spi.TransactedPolicy"));
    /** The same for {@code ref}, by the element that has it. */
    private static final Map<String, String> BY_REF = Map.of(
            "process", PROCESSOR,
            "policy", "org.apache.camel.spi.Policy",
            "transacted", "org.apache.camel.spi.Policy",
            "refErrorHandler", "org.apache.camel.ErrorHandlerFactory",
            "customLoadBalancer", "org.apache.camel.processor.loadbalancer.LoadBalancer",
            "custom", "org.apache.camel.spi.DataFormat",
            "throwException", "java.lang.Exception");

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
        for (YamlNode.Entry field : element.node().entries()) {
            String wanted = wanted(element.kind(), field.name());
            String value = settings.resolve(field.value().text());
            boolean isFormat = element.kind().equals("custom") && InstalledCatalog.isInstalled("dataformat", value);
            if (wanted != null && !isFormat && !value.isBlank() && !value.contains("{{")) {
                for (String one : value.split("\\s*,\\s*")) {
                    checkField(field.value(), one, wanted, known, report);
                }
            }
        }
    }

    /** Returns the class of the bean that this field names; empty if it is unknown, null if the field names no bean. */
    private String wanted(String element, String field) {
        String named = field.equals("ref") ? BY_REF.get(element) : NAMED.get(field);
        return named == null ? dsl.beanFields(element).get(field) : named;
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
