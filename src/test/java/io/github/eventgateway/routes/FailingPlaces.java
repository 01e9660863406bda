package io.github.eventgateway.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.OutputDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.TryDefinition;

/** Adds a step before and after every step of a route, including those in {@code doCatch} and {@code doFinally}. */
final class FailingPlaces {

    private FailingPlaces() {}

    /**
     * @param step returns the added step for a place, such as {@code before send}
     */
    static void add(CamelContext context, String route, Function<String, Processor> step) throws Exception {
        AdviceWith.adviceWith(context, route, advice -> {
            List<ProcessorDefinition<?>> outputs = advice.getOriginalRoute().getOutputs();
            for (ProcessorDefinition<?> each : List.copyOf(outputs)) {
                clauses(each).forEach(clause -> addIn(clause, step));
            }
            for (ProcessorDefinition<?> each :
                    outputs.stream().flatMap(FailingPlaces::steps).toList()) {
                advice.weaveById(each.getId()).before().process(step.apply("before " + each.getId()));
                advice.weaveById(each.getId()).after().process(step.apply("after " + each.getId()));
            }
        });
    }

    /** The model keeps these clauses beside the steps, so that advice does not find the steps in them. */
    private static Stream<OutputDefinition<?>> clauses(ProcessorDefinition<?> step) {
        Stream<OutputDefinition<?>> below = step.getOutputs().stream().flatMap(FailingPlaces::clauses);
        if (!(step instanceof TryDefinition tried)) {
            return below;
        }
        List<OutputDefinition<?>> own = new ArrayList<>(tried.getCatchClauses());
        if (tried.getFinallyClause() != null) {
            own.add(tried.getFinallyClause());
        }
        return Stream.concat(own.stream(), below);
    }

    private static void addIn(OutputDefinition<?> clause, Function<String, Processor> step) {
        List<ProcessorDefinition<?>> all = new ArrayList<>();
        for (ProcessorDefinition<?> each : clause.getOutputs()) {
            all.add(new ProcessDefinition(step.apply("before " + each.getId())));
            all.add(each);
            all.add(new ProcessDefinition(step.apply("after " + each.getId())));
        }
        all.forEach(each -> each.setParent(clause));
        clause.setOutputs(all);
    }

    private static Stream<ProcessorDefinition<?>> steps(ProcessorDefinition<?> step) {
        Stream<ProcessorDefinition<?>> below = step.getOutputs().stream().flatMap(FailingPlaces::steps);
        return step.getId() == null ? below : Stream.concat(Stream.of(step), below);
    }
}
