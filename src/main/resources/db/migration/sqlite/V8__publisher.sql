-- By whose token the event was published.
ALTER TABLE event ADD COLUMN publisher TEXT CONSTRAINT publisher_length CHECK (length(publisher) <= 255);

CREATE INDEX event_publisher ON event (publisher, occurred_at) WHERE publisher IS NOT NULL;
