-- Erasures of the data of users, with progress and result. A row stays after its work is done.
CREATE TABLE erasure (
    id              TEXT    NOT NULL PRIMARY KEY CONSTRAINT id_length CHECK (length(id) <= 36),
    requested_at    TEXT    NOT NULL CONSTRAINT requested_at_form CHECK (length(requested_at) = 27),
    requested_by    TEXT    CONSTRAINT requested_by_length CHECK (length(requested_by) <= 255),
    -- null once the work is done
    user_id         TEXT    CONSTRAINT user_id_length CHECK (length(user_id) <= 64),
    -- a keyed hash of the user's id
    user_hash       TEXT    NOT NULL CONSTRAINT user_hash_length CHECK (length(user_hash) <= 64),
    -- running or done
    state           TEXT    NOT NULL CONSTRAINT state_length CHECK (length(state) <= 16),
    -- the current part, and the position where the work continues
    part            TEXT    CONSTRAINT part_length CHECK (length(part) <= 32),
    position        TEXT    CONSTRAINT position_length CHECK (length(position) <= 400),
    events          INTEGER NOT NULL DEFAULT 0,
    dead_letters    INTEGER NOT NULL DEFAULT 0,
    audit_details   INTEGER NOT NULL DEFAULT 0,
    archived_events INTEGER NOT NULL DEFAULT 0,
    -- records of the audit trail that hold the user in the chain
    kept_records    INTEGER NOT NULL DEFAULT 0,
    finished_at     TEXT    CONSTRAINT finished_at_form CHECK (length(finished_at) = 27)
) STRICT;

CREATE INDEX erasure_running ON erasure (requested_at) WHERE state = 'running';

-- Users whose data from before a time is not stored again. Rows are only added.
CREATE TABLE erased_user (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    erasure_id TEXT    NOT NULL REFERENCES erasure (id),
    -- a keyed hash of a value that stands for the user, and the key that it is made with
    hash       TEXT    NOT NULL CONSTRAINT hash_length CHECK (length(hash) <= 64),
    key_id     TEXT    NOT NULL CONSTRAINT key_id_length CHECK (length(key_id) <= 16),
    erased_at  TEXT    NOT NULL CONSTRAINT erased_at_form CHECK (length(erased_at) = 27)
) STRICT;
