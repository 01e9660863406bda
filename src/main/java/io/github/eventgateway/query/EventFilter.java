package io.github.eventgateway.query;

import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The conditions of an {@link EventQuery} for an event in memory. Any thread. */
final class EventFilter {

    private final List<Predicate<StreamedEvent>> conditions = new ArrayList<>();

    /**
     * @param columns the columns to compare
     * @param values the parameters of the query by column; {@code <column>_hash} holds an alternative value
     * @param folded text that the event must contain, ignoring case; null accepts every event
     */
    EventFilter(List<String> columns, Map<String, Object> values, String folded) {
        for (String column : columns) {
            Set<Object> wanted = Stream.of(column, column + "_hash")
                    .filter(values::containsKey)
                    .map(values::get)
                    .collect(Collectors.toSet());
            if (!wanted.isEmpty()) {
                conditions.add(event -> event.text(column) != null && wanted.contains(event.text(column)));
            }
        }
        if (values.containsKey("from")) {
            Instant from = ColumnTime.of(values.get("from"));
            conditions.add(event -> !event.occurredAt().isBefore(from));
        }
        if (values.containsKey("to")) {
            Instant to = ColumnTime.of(values.get("to"));
            conditions.add(event -> event.occurredAt().isBefore(to));
        }
        if (folded != null) {
            conditions.add(event -> event.folded().contains(folded));
        }
    }

    boolean matches(StreamedEvent event) {
        return conditions.stream().allMatch(condition -> condition.test(event));
    }
}
