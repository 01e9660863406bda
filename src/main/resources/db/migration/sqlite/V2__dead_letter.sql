-- A record that could not be processed: its original bytes, why it failed, and what became of it.
CREATE TABLE dead_letter (
    id               TEXT    NOT NULL PRIMARY KEY CONSTRAINT id_length CHECK (length(id) <= 36),
    -- where the dead letter itself lies
    dlq_topic        TEXT    NOT NULL CONSTRAINT dlq_topic_length CHECK (length(dlq_topic) <= 255),
    dlq_partition    INTEGER NOT NULL,
    dlq_offset       INTEGER NOT NULL,
    -- where the record lay that failed
    source_topic     TEXT    NOT NULL CONSTRAINT source_topic_length CHECK (length(source_topic) <= 255),
    source_partition INTEGER NOT NULL,
    source_offset    INTEGER NOT NULL,
    -- milliseconds since 1970, negative without one: any number that Kafka takes, be it a possible date or not
    source_timestamp INTEGER NOT NULL,
    -- topic/partition/offset of the record that failed first; differs from the above where a replay failed
    origin           TEXT    NOT NULL CONSTRAINT origin_length CHECK (length(origin) <= 300),
    consumer_group   TEXT    CONSTRAINT consumer_group_length CHECK (length(consumer_group) <= 255),
    route            TEXT    CONSTRAINT route_length CHECK (length(route) <= 255),
    reason           TEXT    NOT NULL CONSTRAINT reason_length CHECK (length(reason) <= 64),
    exception        TEXT    CONSTRAINT exception_length CHECK (length(exception) <= 255),
    message          TEXT    CONSTRAINT message_length CHECK (length(message) <= 500),
    attempts         INTEGER NOT NULL,
    replays          INTEGER NOT NULL,
    record_key       BLOB,
    record_value     BLOB,
    record_headers   BLOB    NOT NULL,
    -- open, replaying, replayed or discarded
    status           TEXT    NOT NULL CONSTRAINT status_length CHECK (length(status) <= 16),
    -- who is replaying it just now, and since when
    claim            TEXT    CONSTRAINT claim_length CHECK (length(claim) <= 36),
    claimed_at       TEXT    CONSTRAINT claimed_at_form CHECK (length(claimed_at) = 27),
    failed_at        TEXT    NOT NULL CONSTRAINT failed_at_form CHECK (length(failed_at) = 27),
    received_at      TEXT    NOT NULL CONSTRAINT received_at_form CHECK (length(received_at) = 27)
) STRICT;

CREATE INDEX dead_letter_failed_at ON dead_letter (failed_at, id);
CREATE INDEX dead_letter_status ON dead_letter (status, failed_at, id);
CREATE INDEX dead_letter_topic ON dead_letter (source_topic, failed_at, id);
CREATE INDEX dead_letter_reason ON dead_letter (reason, failed_at, id);

-- Each attempt to replay or discard one: when, by whom, with what outcome.
CREATE TABLE dead_letter_history (
    number         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    dead_letter_id TEXT    NOT NULL REFERENCES dead_letter (id),
    at             TEXT    NOT NULL CONSTRAINT at_form CHECK (length(at) = 27),
    actor          TEXT    CONSTRAINT actor_length CHECK (length(actor) <= 255),
    outcome        TEXT    NOT NULL CONSTRAINT outcome_length CHECK (length(outcome) <= 16),
    detail         TEXT    CONSTRAINT detail_length CHECK (length(detail) <= 500)
) STRICT;

CREATE INDEX dead_letter_history_of ON dead_letter_history (dead_letter_id, number);
