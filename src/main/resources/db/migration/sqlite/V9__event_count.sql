-- How many events were stored, by the minute in which they were received: written in the store's own transaction. Empty text stands
-- for none, since a key has no null.
CREATE TABLE event_count (
    minute          TEXT    NOT NULL CONSTRAINT minute_form CHECK (length(minute) = 27),
    kafka_partition INTEGER NOT NULL,
    type            TEXT    NOT NULL CONSTRAINT type_length CHECK (length(type) <= 64),
    level           TEXT    NOT NULL CONSTRAINT level_length CHECK (length(level) <= 16),
    publisher       TEXT    NOT NULL CONSTRAINT publisher_length CHECK (length(publisher) <= 255),
    n               INTEGER NOT NULL,
    PRIMARY KEY (minute, kafka_partition, type, level, publisher)
) STRICT, WITHOUT ROWID;

-- Since when events are counted.
CREATE TABLE event_count_since (at TEXT NOT NULL CONSTRAINT at_form CHECK (length(at) = 27)) STRICT;

INSERT INTO event_count_since (at) VALUES (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z');
