-- Which key signed a record: null in those of earlier versions. Personal details stand in a table of their own, from which they can be
-- erased; the record holds a keyed commitment of them.
ALTER TABLE audit_record
    ADD COLUMN key_id       varchar(16),
    ADD COLUMN personal_mac varchar(64);

CREATE TABLE audit_personal (
    -- the number of the record
    sequence bigint        NOT NULL PRIMARY KEY,
    -- random, so that nobody can try out details without this row
    nonce    varchar(32)   NOT NULL,
    -- values by name, as JSON
    details  varchar(4000) NOT NULL
);

CREATE FUNCTION audit_personal_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_personal is not changed, only erased';
END
$$;

CREATE TRIGGER audit_personal_not_changed
    BEFORE UPDATE OR TRUNCATE ON audit_personal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_personal_is_not_changed();
