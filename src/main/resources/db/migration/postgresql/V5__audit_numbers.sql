-- The numbers of records are bounded, so that no row that someone puts in leaves none for those to come. NOT VALID: a row that is
-- there already does not stop the migration; the verification of the audit trail reports it.
ALTER TABLE audit_record
    ADD CONSTRAINT audit_record_sequence CHECK (sequence BETWEEN 1 AND 1000000000000000) NOT VALID;
ALTER TABLE audit_head
    ADD CONSTRAINT audit_head_sequence CHECK (sequence BETWEEN 0 AND 1000000000000000) NOT VALID;
