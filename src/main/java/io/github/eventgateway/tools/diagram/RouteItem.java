package io.github.eventgateway.tools.diagram;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;

/**
 * A route at a glance.
 *
 * @param file the name of the file that holds it; of the template's file where it is made of one
 * @param line the line in that file
 * @param state started, stopped, suspended, or on the way from one to the other
 * @param from what it consumes, without options
 * @param total the exchanges that ended since the gateway started
 * @param failed those of them that failed, also where an error policy handled it
 * @param inflight the exchanges that are under way
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
