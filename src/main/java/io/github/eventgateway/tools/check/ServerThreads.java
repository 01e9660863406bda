package io.github.eventgateway.tools.check;

import io.github.eventgateway.event.PublishPermission;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Checks that verbs without a scope, and those that publish, do not wait for the database. Their routes run on the
 * threads of the server. If the database did not answer, such calls would hold all of these threads.
 */
final class ServerThreads implements Rule {

    private static final Set<String> DATABASES = Set.of("sql", "sql-stored", "jdbc", "spring-jdbc", "jpa", "mybatis");
    private static final List<Class<?>> QUERIES =
            List.of(DataSource.class, JdbcOperations.class, NamedParameterJdbcOperations.class);
    private static final String OWN = "io.github.eventgateway.";

    private final Beans beans;
    private final RouteSettings settings;

    ServerThreads(Beans beans, RouteSettings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        for (Routes.Verb verb : routes.verbs()) {
            if (runsOnServerThreads(verb)) {
                verb.element().node().get("to").stream()
                        .flatMap(to -> called.from(settings.resolve(Routes.uri(to))).stream())
                        .flatMap(route -> called.reached(route).stream())
                        .distinct()
                        .flatMap(CalledRoutes.Route::all)
                        .filter(this::usesDatabase)
                        .forEach(step -> report.add(
                                step.key(),
                                "the verb " + verb.element().id() + " runs this step on a thread of the server, and it"
                                        + " waits for the database: give the verb a scope such as events:read"));
            }
        }
    }

    /** Bulkheads decides this at run time. */
    private static boolean runsOnServerThreads(Routes.Verb verb) {
        List<String> scopes = verb.element().node().get("security").stream()
                .flatMap(security -> security.items().stream())
                .map(entry -> entry.text("scopes").strip())
                .filter(scope -> !scope.isEmpty())
                .toList();
        return scopes.isEmpty() || scopes.equals(List.of(PublishPermission.SCOPE));
    }

    private boolean usesDatabase(Step step) {
        if (step.kind().equals("bean")) {
            return bean(step)
                    .filter(type -> holdsQueries(type, new HashSet<>()))
                    .isPresent();
        }
        return step.calls(settings).stream().anyMatch(uri -> DATABASES.contains(uri.replaceFirst(":.*", "")));
    }

    private Optional<Class<?>> bean(Step step) {
        return beans.type(settings.resolve(step.node().text("ref")));
    }

    /** Returns whether an object of this class has a field, directly or indirectly, through which it queries. */
    private static boolean holdsQueries(Class<?> type, Set<Class<?>> seen) {
        return QUERIES.stream().anyMatch(queries -> queries.isAssignableFrom(type))
                || type.getName().startsWith(OWN)
                        && seen.add(type)
                        && fields(type).anyMatch(field -> holdsQueries(field.getType(), seen));
    }

    private static Stream<Field> fields(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields());
    }
}
