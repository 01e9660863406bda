-- How many events were stored, by the minute in which they were received: written in the store's own transaction. The partition keeps
-- consumers apart, which would wait for each other's rows; empty text stands for none, since a key has no null.
CREATE TABLE event_count (
    minute          timestamp with time zone NOT NULL,
    kafka_partition integer                  NOT NULL,
    type            varchar(64)              NOT NULL,
    level           varchar(16)              NOT NULL,
    publisher       varchar(255)             NOT NULL,
    n               bigint                   NOT NULL,
    PRIMARY KEY (minute, kafka_partition, type, level, publisher)
) WITH (fillfactor = 70);

-- Since when events are counted.
CREATE TABLE event_count_since (at timestamp with time zone NOT NULL);

INSERT INTO event_count_since (at) VALUES (now());
