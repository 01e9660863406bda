-- The times of records are bounded like their numbers: a row that someone puts in with an invalid time would be the newest or oldest
-- for ever. A trigger, since SQLite adds no CHECK to a table.
CREATE TRIGGER audit_record_at BEFORE INSERT ON audit_record
WHEN julianday(NEW.at) IS NULL
    OR NEW.at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
BEGIN
    SELECT RAISE(ABORT, 'audit_record.at is invalid');
END;
