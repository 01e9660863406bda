-- What dead letters have in common: the summary groups them by it. Null in those that are older than this column; the gateway fills
-- it in the background.
ALTER TABLE dead_letter ADD COLUMN cause INTEGER;

CREATE TABLE dead_letter_cause (
    -- a hash of the other columns
    cause          INTEGER NOT NULL PRIMARY KEY,
    topic          TEXT    NOT NULL CONSTRAINT topic_length CHECK (length(topic) <= 255),
    consumer_group TEXT    CONSTRAINT consumer_group_length CHECK (length(consumer_group) <= 255),
    route          TEXT    CONSTRAINT route_length CHECK (length(route) <= 255),
    reason         TEXT    NOT NULL CONSTRAINT reason_length CHECK (length(reason) <= 64),
    -- without numbers, ids and quoted values
    message        TEXT    CONSTRAINT message_length CHECK (length(message) <= 500)
) STRICT;

-- With the hour, so that the summary counts in the order of the index and sorts nothing.
CREATE INDEX dead_letter_summary ON dead_letter (cause, substr(failed_at, 1, 13), status, failed_at);
