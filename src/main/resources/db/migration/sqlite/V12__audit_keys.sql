-- Which key signed a record: null in those of earlier versions. Personal details stand in a table of their own, from which they can be
-- erased; the record holds a keyed commitment of them.
ALTER TABLE audit_record ADD COLUMN key_id TEXT CONSTRAINT key_id_length CHECK (length(key_id) <= 16);
ALTER TABLE audit_record ADD COLUMN personal_mac TEXT CONSTRAINT personal_mac_length CHECK (length(personal_mac) <= 64);

CREATE TABLE audit_personal (
    -- the number of the record
    sequence INTEGER NOT NULL PRIMARY KEY,
    -- random, so that nobody can try out details without this row
    nonce    TEXT    NOT NULL CONSTRAINT nonce_length CHECK (length(nonce) <= 32),
    -- values by name, as JSON
    details  TEXT    NOT NULL CONSTRAINT details_length CHECK (length(details) <= 4000)
) STRICT;

CREATE TRIGGER audit_personal_not_changed BEFORE UPDATE ON audit_personal
BEGIN
    SELECT RAISE(ABORT, 'audit_personal is not changed, only erased');
END;
