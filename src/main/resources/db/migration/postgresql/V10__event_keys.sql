-- The store does not wait for long behind this: the migration is tried again.
SET LOCAL lock_timeout = '5s';

-- When the event was stored, by the clock of the database. Events from before have the time of this migration: no row is rewritten.
ALTER TABLE event ADD COLUMN stored_at timestamp with time zone NOT NULL DEFAULT now();

-- Each id that was ever stored; it outlives the row.
CREATE TABLE event_key (
    id        varchar(64)              NOT NULL PRIMARY KEY,
    stored_at timestamp with time zone NOT NULL
) PARTITION BY HASH (id);

DO $$
BEGIN
    FOR i IN 0..7 LOOP
        EXECUTE format('CREATE TABLE event_key_%s PARTITION OF event_key FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
    END LOOP;
END
$$;

-- Old ids are found by it. It costs an insert next to nothing.
CREATE INDEX event_key_stored_at ON event_key USING brin (stored_at);

-- How far the ids of the events from before are entered.
CREATE TABLE event_key_filling (
    id      integer                  NOT NULL PRIMARY KEY,
    since   timestamp with time zone NOT NULL,
    last_id varchar(64)              NOT NULL,
    entered bigint                   NOT NULL,
    done    boolean                  NOT NULL
);

INSERT INTO event_key_filling (id, since, last_id, entered, done) VALUES (1, now(), '', 0, false);

-- Until the table is in partitions, its own key keeps an id from being stored twice, and each event enters its id here, whatever version
-- of the gateway stores it.
CREATE FUNCTION event_enters_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM stored ORDER BY id ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER event_enters_key AFTER INSERT ON event REFERENCING NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION event_enters_key();
