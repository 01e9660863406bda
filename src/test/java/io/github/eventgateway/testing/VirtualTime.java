package io.github.eventgateway.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.reifier.errorhandler.ErrorHandlerReifier;

/**
 * Replaces the waits of error policies in tests. Each wait ends at once and is recorded, so that a test can compare it
 * with the policy. The policies are those of the route files with their settings.
 */
public final class VirtualTime {

    private final List<Long> waits = new CopyOnWriteArrayList<>();

    /** Returns the waits until now, in milliseconds, in order. */
    public List<Long> waits() {
        return List.copyOf(waits);
    }

    /** Returns the sum of the waits, in milliseconds. */
    public long passed() {
        return waits.stream().mapToLong(Long::longValue).sum();
    }

    void reset() {
        waits.clear();
    }

    /** Replaces the waits of all policies. Call it before the context starts. */
    void takeOver(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        model.getRouteConfigurationDefinitions().stream()
                .flatMap(configuration -> configuration.getOnExceptions().stream())
                .forEach(failure -> takeOver(failure, context));
    }

    private void takeOver(OnExceptionDefinition failure, CamelContext context) {
        if (failure.getRedeliveryPolicyType() == null) {
            return;
        }
        RedeliveryPolicy policy = ErrorHandlerReifier.createRedeliveryPolicy(
                failure.getRedeliveryPolicyType(), context, new Policy(waits));
        String name = "virtual-time-" + System.identityHashCode(failure);
        context.getRegistry().bind(name, RedeliveryPolicy.class, policy);
        failure.setRedeliveryPolicyRef(name);
    }

    /** Records the wait of a policy and does not wait. One exchange at a time. */
    private static final class Policy extends RedeliveryPolicy {

        private static final long serialVersionUID = 1L;

        private final transient List<Long> waits;
        private long last;

        Policy(List<Long> waits) {
            this.waits = waits;
        }

        @Override
        public long calculateRedeliveryDelay(long previous, int tries) {
            last = super.calculateRedeliveryDelay(tries <= 1 ? 0 : last, tries);
            waits.add(last);
            return 0;
        }
    }
}
