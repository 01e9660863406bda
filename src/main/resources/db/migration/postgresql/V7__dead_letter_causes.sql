-- What dead letters have in common: the summary groups them by it. Null in those that are older than this column; the gateway fills
-- it in the background.
ALTER TABLE dead_letter ADD COLUMN cause bigint;

CREATE TABLE dead_letter_cause (
    -- a hash of the other columns
    cause          bigint       NOT NULL PRIMARY KEY,
    topic          varchar(255) NOT NULL,
    consumer_group varchar(255),
    route          varchar(255),
    reason         varchar(64)  NOT NULL,
    -- without numbers, ids and quoted values
    message        varchar(500)
);

CREATE INDEX dead_letter_summary ON dead_letter (cause, failed_at, status);
