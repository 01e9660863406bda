-- The numbers of records are bounded, so that no row that someone puts in leaves none for those to come. Triggers, since SQLite adds
-- no CHECK to a table.
CREATE TRIGGER audit_record_sequence BEFORE INSERT ON audit_record
WHEN NEW.sequence NOT BETWEEN 1 AND 1000000000000000
BEGIN
    SELECT RAISE(ABORT, 'audit_record.sequence is out of range');
END;

CREATE TRIGGER audit_head_sequence BEFORE UPDATE ON audit_head
WHEN NEW.sequence NOT BETWEEN 0 AND 1000000000000000
BEGIN
    SELECT RAISE(ABORT, 'audit_head.sequence is out of range');
END;
