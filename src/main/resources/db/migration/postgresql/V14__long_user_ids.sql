-- The id of a user to erase can be longer than the column of the events.
ALTER TABLE erasure ALTER COLUMN user_id TYPE text;
