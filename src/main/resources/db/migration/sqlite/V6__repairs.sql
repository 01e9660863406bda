-- By whose token the event was repaired before it was stored.
ALTER TABLE event ADD COLUMN repaired_by TEXT CONSTRAINT repaired_by_length CHECK (length(repaired_by) <= 255);

-- The id that the event of the record gets if it has none, where a gateway proves to have written the dead letter.
ALTER TABLE dead_letter ADD COLUMN event_id TEXT CONSTRAINT event_id_length CHECK (length(event_id) <= 64);
-- The dead letter of which the record was a replay, and the one that the last replay of this one became.
ALTER TABLE dead_letter ADD COLUMN replay_of TEXT CONSTRAINT replay_of_length CHECK (length(replay_of) <= 36);
ALTER TABLE dead_letter ADD COLUMN successor TEXT CONSTRAINT successor_length CHECK (length(successor) <= 36);

CREATE INDEX dead_letter_origin ON dead_letter (origin, failed_at, id);
