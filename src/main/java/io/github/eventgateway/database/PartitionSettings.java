package io.github.eventgateway.database;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the partitions in PostgreSQL.
 *
 * @param span Period of the events in one partition in PostgreSQL: {@code month} or {@code day}. A change applies to
 *     partitions that are created later.
 * @param after Time after which the table of an earlier version becomes the first partition. It begins with the
 *     migration. Until then the earlier version can run at the same time, or replace this one again.
 * @param interval Time between two checks for missing partitions.
 */
@ConfigurationProperties("gateway.database.partitions")
public record PartitionSettings(
        @DefaultValue("month") PartitionSpan span,
        @DefaultValue("1d") Duration after,
        @DefaultValue("1m") Duration interval) {}
