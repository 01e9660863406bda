-- Who did what: one row a record, in a chain. Rows are added, never changed.
CREATE TABLE audit_record (
    -- 1, 2, 3, … without a gap
    sequence   bigint                   NOT NULL PRIMARY KEY,
    -- to the microsecond, as the chain has it
    at         timestamp with time zone NOT NULL,
    -- begun, done, refused or failed
    outcome    varchar(16)              NOT NULL,
    subject    varchar(255),
    action     varchar(300)             NOT NULL,
    -- ids and filters, as JSON
    target     varchar(4000)            NOT NULL,
    address    varchar(64),
    request_id varchar(64),
    status     integer,
    reason     varchar(64),
    -- how many calls it stands for
    calls      bigint                   NOT NULL,
    -- counts and places of the outcome, as JSON
    detail     varchar(4000)            NOT NULL,
    -- HMAC-SHA-256 over the mac of the row before and all of this row, in hexadecimal digits
    mac        varchar(64)              NOT NULL
);

CREATE INDEX audit_record_at ON audit_record (at DESC, sequence DESC);
CREATE INDEX audit_record_subject ON audit_record (subject, sequence DESC);
CREATE INDEX audit_record_action ON audit_record (action, sequence DESC);

-- The end of the chain; who adds to it holds this row.
CREATE TABLE audit_head (
    id       integer     NOT NULL PRIMARY KEY,
    sequence bigint      NOT NULL,
    mac      varchar(64) NOT NULL
);

INSERT INTO audit_head (id, sequence, mac)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- A mistake is stopped here; who may drop a trigger is found out by the chain.
CREATE FUNCTION audit_record_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_record is append-only';
END
$$;

CREATE TRIGGER audit_record_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION audit_record_is_append_only();
