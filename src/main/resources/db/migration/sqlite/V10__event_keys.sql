-- When the event was stored, in seconds since 1970, by the clock of the gateway. Null in rows that are older than this column.
ALTER TABLE event ADD COLUMN stored_at INTEGER;

-- What stands for that null.
CREATE TABLE event_stored_since (at INTEGER NOT NULL) STRICT;

INSERT INTO event_stored_since (at) VALUES (unixepoch());

-- The ids of events that were removed, so that they are not stored again.
CREATE TABLE event_key (
    id        TEXT    NOT NULL PRIMARY KEY CONSTRAINT id_length CHECK (length(id) <= 64),
    stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX event_key_stored_at ON event_key (stored_at);
