-- When the deleted batches were stored. A listener whose position is older and greater knows that the database was restored since.
ALTER TABLE event_batch_deleted ADD COLUMN stored_at TEXT;
