-- By whose token the event was published.
ALTER TABLE event ADD COLUMN publisher varchar(255);

-- Partial, since the events from before have none. In a table of 1 GB or more the index would stop the store for too
-- long: there the gateway creates it CONCURRENTLY after the start.
DO $$
BEGIN
    IF pg_relation_size('event') < 1073741824 THEN
        CREATE INDEX event_publisher ON event (publisher, occurred_at DESC, id DESC) WHERE publisher IS NOT NULL;
    END IF;
END
$$;
