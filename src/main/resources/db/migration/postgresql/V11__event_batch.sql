-- Which events each transaction of the store added. The live tail reads them in the order of the transactions' ids; entries are deleted
-- after a while.
CREATE TABLE event_batch (
    number    bigint                   NOT NULL PRIMARY KEY,
    stored_at timestamp with time zone NOT NULL,
    ids       text                     NOT NULL
);

-- The greatest number that was deleted.
CREATE TABLE event_batch_deleted (number bigint NOT NULL);

INSERT INTO event_batch_deleted (number) VALUES (0);
