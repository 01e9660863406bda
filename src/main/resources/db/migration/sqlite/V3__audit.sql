-- Who did what: one row a record, in a chain. Rows are added, never changed.
CREATE TABLE audit_record (
    -- 1, 2, 3, … without a gap
    sequence   INTEGER NOT NULL PRIMARY KEY,
    -- to the microsecond, as the chain has it
    at         TEXT    NOT NULL CONSTRAINT at_form CHECK (length(at) = 27),
    -- begun, done, refused or failed
    outcome    TEXT    NOT NULL CONSTRAINT outcome_length CHECK (length(outcome) <= 16),
    subject    TEXT    CONSTRAINT subject_length CHECK (length(subject) <= 255),
    action     TEXT    NOT NULL CONSTRAINT action_length CHECK (length(action) <= 300),
    -- ids and filters, as JSON
    target     TEXT    NOT NULL CONSTRAINT target_length CHECK (length(target) <= 4000),
    address    TEXT    CONSTRAINT address_length CHECK (length(address) <= 64),
    request_id TEXT    CONSTRAINT request_id_length CHECK (length(request_id) <= 64),
    status     INTEGER,
    reason     TEXT    CONSTRAINT reason_length CHECK (length(reason) <= 64),
    -- how many calls it stands for
    calls      INTEGER NOT NULL,
    -- counts and places of the outcome, as JSON
    detail     TEXT    NOT NULL CONSTRAINT detail_length CHECK (length(detail) <= 4000),
    -- HMAC-SHA-256 over the mac of the row before and all of this row, in hexadecimal digits
    mac        TEXT    NOT NULL CONSTRAINT mac_length CHECK (length(mac) <= 64)
) STRICT;

CREATE INDEX audit_record_at ON audit_record (at, sequence);
CREATE INDEX audit_record_subject ON audit_record (subject, sequence);
CREATE INDEX audit_record_action ON audit_record (action, sequence);

-- The end of the chain; who adds to it holds the database's only write lock.
CREATE TABLE audit_head (
    id       INTEGER NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    mac      TEXT    NOT NULL CONSTRAINT mac_length CHECK (length(mac) <= 64)
) STRICT;

INSERT INTO audit_head (id, sequence, mac)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- A mistake is stopped here; who may drop a trigger is found out by the chain.
CREATE TRIGGER audit_record_not_updated BEFORE UPDATE ON audit_record
BEGIN
    SELECT RAISE(ABORT, 'audit_record is append-only');
END;

CREATE TRIGGER audit_record_not_deleted BEFORE DELETE ON audit_record
BEGIN
    SELECT RAISE(ABORT, 'audit_record is append-only');
END;
