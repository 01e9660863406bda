-- The id of a user to erase can be longer than the column of the events. SQLite cannot change a constraint.
ALTER TABLE erasure ADD COLUMN whole_user_id TEXT;
UPDATE erasure SET whole_user_id = user_id WHERE user_id IS NOT NULL;
ALTER TABLE erasure DROP COLUMN user_id;
ALTER TABLE erasure RENAME COLUMN whole_user_id TO user_id;
