-- Which events each transaction of the store added. The live tail reads them in this order; entries are deleted after a while, and
-- no number comes twice.
CREATE TABLE event_batch (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    stored_at TEXT NOT NULL CONSTRAINT stored_at_form CHECK (length(stored_at) = 27),
    ids       TEXT NOT NULL
) STRICT;

-- The greatest number that was deleted.
CREATE TABLE event_batch_deleted (number INTEGER NOT NULL) STRICT;

INSERT INTO event_batch_deleted (number) VALUES (0);
