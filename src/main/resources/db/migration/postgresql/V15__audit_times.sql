-- The times of records are bounded like their numbers: a row that someone puts in with a time outside of the calendar of RFC 3339 would
-- be the newest or oldest for ever. NOT VALID: a row that is there already does not stop the migration.
ALTER TABLE audit_record
    ADD CONSTRAINT audit_record_at CHECK (at >= '0001-01-01T00:00:00Z' AND at < '10000-01-01T00:00:00Z') NOT VALID;
