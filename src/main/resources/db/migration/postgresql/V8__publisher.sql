-- By whose token the event was published.
ALTER TABLE event ADD COLUMN publisher varchar(255);

-- Partial, since the events from before have none. To read a large table for it would stop the store for longer than a moment: there the
-- gateway makes the index beside the store.
DO $$
BEGIN
    IF pg_relation_size('event') < 1073741824 THEN
        CREATE INDEX event_publisher ON event (publisher, occurred_at DESC, id DESC) WHERE publisher IS NOT NULL;
    END IF;
END
$$;
