package io.github.eventgateway.tools.diagram;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;

/**
 * A route in the list.
 *
 * @param file the name of the file that contains it or its template
 * @param line the line in that file
 * @param state started, stopped, suspended, or changing between them
 * @param from its input, without options
 * @param total the number of exchanges since the gateway started
 * @param failed the number of failed exchanges, including those that an error policy handled
 * @param inflight the number of exchanges in progress
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record RouteItem(
        String id,
        String description,
        String file,
        Integer line,
        String state,
        String from,
        long total,
        long failed,
        int inflight,
        Instant lastCompletedAt,
        RouteCounts.Failure lastError) {}
