package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.model.language.JsonPathExpression;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** In a step of a handler the simple language reads an event like its JSON. */
@MockEndpointsAndSkip("direct:dead-letter-records|bean:webhooks.*")
class EventInRoutesTest extends RouteTest {

    private static final String EVENT = """
            {"id":"e-1","type":"system_error","timestamp":"2026-01-01T00:00:00Z","data":{"service":"Zürich","error":"boom",
             "level":"fatal","details":{"address":{"city":"北京","zip":null,"a.b":1},"tags":["a","b",{"c":7}],
             "amount":12345678901234567890.12,"big":12345678901234567890,"count":3,"ok":true,"size":9}}}""";

    private static final Map<String, Object> VALUES = new LinkedHashMap<>();
    private static final Map<String, Boolean> CONDITIONS = new LinkedHashMap<>();

    static {
        VALUES.put("${body.id}", "e-1");
        VALUES.put("${body.type}", "system_error");
        VALUES.put("${body.timestamp}", "2026-01-01T00:00:00Z");
        VALUES.put("${body[id]}", "e-1");
        VALUES.put("${body.data[service]}", "Zürich");
        VALUES.put("${body.data.service}", "Zürich");
        VALUES.put("${body.data['service']}", "Zürich");
        VALUES.put("${body[data][service]}", "Zürich");
        VALUES.put("${body.data[details][address][city]}", "北京");
        VALUES.put("${body.data.details.address.city}", "北京");
        VALUES.put("${body.data[details].address[city]}", "北京");
        VALUES.put("${body.data?.details?.address?.city}", "北京");
        VALUES.put("${body.data.details.address[a.b]}", 1);
        VALUES.put("${body.data[details][tags][0]}", "a");
        VALUES.put("${body.data.details.tags[last]}", Map.of("c", 7));
        VALUES.put("${body.data.details.tags[last-1]}", "b");
        VALUES.put("${body.data.details.tags[2].c}", 7);
        VALUES.put("${body.data.details.tags.size()}", 3);
        VALUES.put("${body.data.service.length()}", 6);
        VALUES.put("${body.data.details.count}", 3);
        VALUES.put("${body.data.details.size}", 9);
        VALUES.put("${body.data.details.big}", new BigInteger("12345678901234567890"));
        VALUES.put("${body.data.details.amount}", new BigDecimal("12345678901234567890.12"));
        VALUES.put("${body.data.details.ok}", true);
        VALUES.put("${body.data[${exchangeProperty.field}]}", "boom");
        VALUES.put("in ${body.data.details.address.city} of ${body.data.service}", "in 北京 of Zürich");
        VALUES.put("tags: ${body.data.details.tags}", "tags: [\"a\",\"b\",{\"c\":7}]");
        VALUES.put("${exchangeProperty.event.data.level}", "fatal");
        VALUES.put("${body.record.topic}", "system_logs");
        VALUES.put("${body.record.partition}", 0);
        VALUES.put("${body.record.offset}", 1L);
        VALUES.put("${body.data.nothing}", null);
        VALUES.put("${body.data[nothing]}", null);
        VALUES.put("${body.data.nothing.city}", null);
        VALUES.put("${body.data[nothing][city]}", null);
        VALUES.put("${body.data.service.city}", null);
        VALUES.put("${body.data.details.address.zip}", null);
        VALUES.put("${body.data.details.address.zip.code}", null);
        VALUES.put("${body.data.details.tags[9]}", null);
        VALUES.put("${body.data.details.tags[x]}", null);

        CONDITIONS.put("${body.data.level} == 'fatal'", true);
        CONDITIONS.put("${body.data.level} == 'warn'", false);
        CONDITIONS.put("${body.data.level} in 'error,fatal'", true);
        CONDITIONS.put("${body.data.details.count} > 2", true);
        CONDITIONS.put("${body.data.details.count} > 10", false);
        CONDITIONS.put("${body.data.details.ok}", true);
        CONDITIONS.put("${body.data.nothing} == null", true);
        CONDITIONS.put("${body.data.nothing.city} == null", true);
        CONDITIONS.put("${body.data.details.address.city} == '北京'", true);
        CONDITIONS.put("${body.data.details.tags} contains 'b'", true);
        CONDITIONS.put("${body.data.details.tags} contains 'z'", false);
    }

    private static final String MISSING = "$.data.nothing.city";
    private static final Map<String, Object> PATHS = new LinkedHashMap<>();

    static {
        PATHS.put("$.id", "e-1");
        PATHS.put("$.data.service", "Zürich");
        PATHS.put("$.data.details.address.city", "北京");
        PATHS.put("$.data.details.tags[0]", "a");
        PATHS.put("$.data.details.amount", new BigDecimal("12345678901234567890.12"));
        PATHS.put("$.data.details.big", new BigInteger("12345678901234567890"));
        PATHS.put("$.data.details.tags[?(@.c > 1)].c", List.of(7));
    }

    @Autowired
    private EventReader reader;

    private final Map<String, Object> seen = new LinkedHashMap<>();
    private final List<String> failed = new ArrayList<>();

    @Override
    protected void advise() throws Exception {
        AdviceWith.adviceWith(context, "send-alert", advice -> advice.weaveById("shorten-alert")
                .before()
                .process(exchange -> evaluate(exchange)));
    }

    /** The instance whose context has the advice shares its state with the steps. */
    private static EventInRoutesTest current;

    @BeforeEach
    void reset() {
        current = this;
    }

    private static void evaluate(Exchange exchange) {
        exchange.setProperty("field", "error");
        VALUES.keySet().forEach(text -> current.see(exchange, "simple", text));
        PATHS.keySet().forEach(text -> current.see(exchange, "jsonpath", text));
        CONDITIONS.keySet().forEach(text -> current.match(exchange, "simple", text));
        current.match(exchange, "jsonpath", "$.data.details.address[?(@.city == '北京')]");
        current.match(exchange, "jsonpath", "$.data[?(@.level == 'fatal')]");
        current.match(exchange, "jsonpath", "$.data[?(@.level == 'warn')]");
        current.see(exchange, "jsonpath", MISSING);
        var lenient = new JsonPathExpression(MISSING);
        lenient.setSuppressExceptions("true");
        current.seen.put(
                MISSING, lenient.createExpression(exchange.getContext()).evaluate(exchange, Object.class));
    }

    private void see(Exchange exchange, String language, String text) {
        try {
            var expression = context.resolveLanguage(language).createExpression(text);
            expression.init(context);
            seen.put(text, expression.evaluate(exchange, Object.class));
        } catch (RuntimeException e) {
            failed.add(text + ": " + e);
        }
    }

    private void match(Exchange exchange, String language, String text) {
        try {
            var condition = context.resolveLanguage(language).createPredicate(text);
            condition.init(context);
            seen.put(text, condition.matches(exchange));
        } catch (RuntimeException e) {
            failed.add(text + ": " + e);
        }
    }

    @Test
    void aStepOfAHandlerReadsTheEventAsJson() {
        Polled polled = new Polled().add("system_logs", 0, 1, EVENT);

        deliver("alert-on-errors", polled);

        assertThat(failed).singleElement().asString().startsWith(MISSING);
        VALUES.forEach((text, value) -> assertThat(seen.get(text)).as(text).isEqualTo(value));
        PATHS.forEach((text, value) -> assertThat(seen.get(text)).as(text).isEqualTo(value));
        CONDITIONS.forEach((text, value) -> assertThat(seen.get(text)).as(text).isEqualTo(value));
        assertThat(seen)
                .containsEntry("$.data.details.address[?(@.city == '北京')]", true)
                .containsEntry("$.data[?(@.level == 'fatal')]", true)
                .containsEntry("$.data[?(@.level == 'warn')]", false)
                .containsEntry(MISSING, null);
        assertThat(polled.committed("system_logs", 0)).hasValue(2);
    }

    @Test
    void aPublishingStepReadsTheEventAsJsonToo() {
        Event event = reader.read(EVENT.getBytes(StandardCharsets.UTF_8));
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody(event).build();
        for (String text :
                List.of("${body.id}", "${body.timestamp}", "${body.data.details.address.city}", "${body.key}")) {
            see(exchange, "simple", text);
        }

        assertThat(failed).isEmpty();
        assertThat(seen)
                .containsEntry("${body.id}", "e-1")
                .containsEntry("${body.timestamp}", "2026-01-01T00:00:00Z")
                .containsEntry("${body.data.details.address.city}", "北京")
                .containsEntry("${body.key}", "Zürich");
    }

    @Test
    void otherBodiesAreReadAsCamelReadsThem() {
        Exchange exchange = ExchangeBuilder.anExchange(context)
                .withBody(Map.of("a", List.of("x")))
                .build();
        see(exchange, "simple", "${body[a][0]}");
        see(exchange, "simple", "${body.size()}");
        assertThat(seen).containsEntry("${body[a][0]}", "x").containsEntry("${body.size()}", 1);
        see(exchange, "simple", "${body.nothing}");
        assertThat(failed).singleElement().asString().contains("nothing");
    }
}
