package io.github.eventgateway.coverage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.LineNumberAware;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Counts how often each step of the routes is entered, by the file and line of the step. It counts during the whole
 * test run, and writes the counts for the gate.
 */
public final class StepCounter implements InterceptStrategy {

    /** The folder with the counts. A new run of a test JVM replaces its file. */
    static final Path FOLDER = Path.of("target", "route-coverage");

    private static final Map<String, LongAdder> ENTERED = new ConcurrentHashMap<>();

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode step, Processor target, Processor nextTarget) {
        // A test adds it to a step, and it has the line of this step.
        if (step instanceof ProcessDefinition woven && woven.getRef() == null) {
            return target;
        }
        LongAdder count = counter(step);
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                count.increment();
                return super.process(exchange, callback);
            }
        };
    }

    /**
     * Counts the failures of each {@code onException}, also of one without steps. Call it before the context starts.
     */
    public static void countFailures(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        model.getRouteConfigurationDefinitions()
                .forEach(configuration -> countFailures(configuration.getOnExceptions()));
    }

    private static void countFailures(Collection<OnExceptionDefinition> definitions) {
        for (OnExceptionDefinition definition : definitions) {
            LongAdder count = counter(definition);
            definition.onExceptionOccurred(exchange -> count.increment());
        }
    }

    private static LongAdder counter(NamedNode step) {
        LineNumberAware place = (ProcessorDefinition<?>) step;
        return ENTERED.computeIfAbsent(
                place.getLocation() + ":" + place.getLineNumber() + " " + step.getId(), at -> new LongAdder());
    }

    /** Writes the counts of this JVM until now. */
    public static void write() {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(ENTERED)
                .forEach((place, count) ->
                        lines.append(count.sum()).append(' ').append(place).append('\n'));
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(System.getProperty("test.jvm", "jvm-1") + ".txt"), lines.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
