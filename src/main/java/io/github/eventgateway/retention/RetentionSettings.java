package io.github.eventgateway.retention;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of retention. If a time is empty, nothing is removed.
 *
 * @param events Time after which stored events are removed. On PostgreSQL a whole partition is removed once its last
 *     event is that old. If it is empty, events are kept.
 * @param deadLetters Time after which dead letters are removed from the database, open ones too. It cannot be shorter
 *     than {@code gateway.kafka.topics.dead-letter-retention}. If it is empty, dead letters are kept.
 * @param keys Time after which the ids of removed events are forgotten. It cannot be shorter than
 *     {@code gateway.kafka.topics.retention} and {@code gateway.kafka.topics.dead-letter-retention}, so that no event
 *     is stored twice. If it is empty, ids are kept.
 * @param counts Time after which the counts of events that {@code GET /api/events/counts} shows are removed. If it is
 *     empty, counts are kept.
 * @param archive Folder into which events are written before they are removed, as compressed NDJSON. If it is empty,
 *     they are removed without a copy.
 * @param interval Interval between two checks for expired data.
 */
@ConfigurationProperties("gateway.retention")
record RetentionSettings(
        Duration events,
        Duration deadLetters,
        Duration keys,
        Duration counts,
        Path archive,
        @DefaultValue("10m") Duration interval) {

    /** Returns the archive of removed events, or null. */
    EventArchive eventArchive() {
        return archive == null || archive.toString().isEmpty() ? null : new EventArchive(archive);
    }
}
