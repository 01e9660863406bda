package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.rest.ParamDefinition;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.model.rest.RestParamType;
import org.apache.camel.model.rest.SecurityDefinition;
import org.apache.camel.model.rest.VerbDefinition;
import org.apache.camel.support.DefaultConsumer;

/** The consumer of one verb. While it runs, the verb is in the {@link VerbTable}. */
class VerbConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {

    /** The {@code key} in the {@code security} of a public verb. */
    private static final String PUBLIC = "none";

    /** The key of a verb that needs only a valid token, whatever its scopes. Any other key names scopes. */
    private static final String ANY_TOKEN = "token";

    private static final String EVENTS = "text/event-stream";
    private static final Set<String> STREAMED = Set.of("application/x-ndjson", EVENTS);

    private final VerbTable verbs;
    private final AtomicInteger inProgress = new AtomicInteger();

    VerbConsumer(PlatformHttpEndpoint endpoint, Processor processor, VerbTable verbs) {
        super(endpoint, processor);
        this.verbs = verbs;
    }

    /** Counts the calls of this route, from their admission to their answer. */
    void count(int more) {
        inProgress.addAndGet(more);
    }

    boolean isBusy() {
        return inProgress.get() > 0;
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        verbs.add(verb());
    }

    @Override
    protected void doStop() throws Exception {
        verbs.remove(this);
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        verbs.remove(this);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        verbs.add(verb());
    }

    private Verb verb() {
        String method = getEndpoint().getHttpMethodRestrict();
        String path = "/" + getEndpoint().getPath().replaceFirst("^/+", "");
        VerbDefinition definition = definition(method, path);
        return new Verb(
                method,
                verbs.pattern(path),
                access(definition, method, path),
                parameters(definition, RestParamType.query),
                parameters(definition, RestParamType.header),
                types(getEndpoint().getConsumes()),
                types(getEndpoint().getProduces()).stream().anyMatch(STREAMED::contains),
                types(getEndpoint().getProduces()).contains(EVENTS),
                this);
    }

    private static Set<String> parameters(VerbDefinition definition, RestParamType type) {
        return definition.getParams().stream()
                .filter(param -> (param.getType() == null ? RestParamType.query : param.getType()) == type)
                .map(ParamDefinition::getName)
                .collect(Collectors.toSet());
    }

    private VerbDefinition definition(String method, String path) {
        ModelCamelContext context = (ModelCamelContext) getEndpoint().getCamelContext();
        for (RestDefinition rest : context.getRestDefinitions()) {
            for (VerbDefinition verb : rest.getVerbs()) {
                if (verb.asVerb().equalsIgnoreCase(method) && path.equals(path(rest, verb))) {
                    return verb;
                }
            }
        }
        throw new IllegalStateException("No REST verb declares " + method + " " + path
                + ": serve HTTP through the REST DSL, where each verb declares its scopes");
    }

    private static String path(RestDefinition rest, VerbDefinition verb) {
        return Stream.of(rest.getPath(), verb.getPath())
                .filter(part -> part != null && !part.isEmpty())
                .map(part -> "/" + part.replaceFirst("^/+", ""))
                .collect(Collectors.joining());
    }

    /** A verb without {@code security} ends the start, because nobody could call it. */
    private static Verb.Access access(VerbDefinition verb, String method, String path) {
        List<SecurityDefinition> security = verb.getSecurity();
        if (security == null || security.isEmpty()) {
            throw new IllegalStateException("The REST verb " + method + " " + path
                    + " has no `security`: declare its scopes, or the key `none` for a public call");
        }
        if (security.stream().anyMatch(entry -> PUBLIC.equals(entry.getKey()))) {
            return new Verb.Access(true, Set.of());
        }
        if (security.stream().allMatch(entry -> ANY_TOKEN.equals(entry.getKey()))) {
            return new Verb.Access(false, Set.of());
        }
        Set<String> scopes = new HashSet<>();
        for (SecurityDefinition entry : security) {
            if (entry.getScopes() != null) {
                scopes.addAll(Words.of(entry.getScopes()));
            }
        }
        if (scopes.isEmpty()) {
            throw new IllegalStateException(
                    "The `security` of the REST verb " + method + " " + path + " names no scope");
        }
        return new Verb.Access(false, Set.copyOf(scopes));
    }

    private static List<String> types(String types) {
        return types == null ? List.of() : List.of(types.split("\\s*,\\s*"));
    }
}
