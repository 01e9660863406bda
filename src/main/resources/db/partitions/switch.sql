DO $$
DECLARE
    is_empty boolean;
    was      oid;
    one      record;
BEGIN
    PERFORM set_config('lock_timeout', '1s', true);
    LOCK TABLE event IN ACCESS EXCLUSIVE MODE;
    was := 'event'::regclass;
    IF (SELECT relkind FROM pg_class WHERE oid = was) = 'p' THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = was AND NOT tgisinternal AND tgname <> 'event_enters_key')
        OR EXISTS (SELECT FROM pg_policy WHERE polrelid = was)
        OR EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND was IN (conrelid, confrelid)) THEN
        RAISE EXCEPTION 'The table event has triggers, policies or foreign keys of your own: drop them, and create them again on the partitioned table'
            USING ERRCODE = '55000';
    END IF;
    is_empty := NOT EXISTS (SELECT FROM event);
    IF NOT is_empty AND NOT (SELECT done FROM event_key_filling) THEN
        RAISE EXCEPTION 'The keys of the events are not filled yet' USING ERRCODE = '55000';
    END IF;

    FOR one IN SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = was LOOP
        EXECUTE format('ALTER INDEX %s RENAME TO %I', one.name, 'before_' || split_part(one.name, '.', -1));
    END LOOP;
    DROP TRIGGER event_enters_key ON event;
    DROP FUNCTION event_enters_key();
    ALTER TABLE event RENAME TO event_before;

    CREATE TABLE event (LIKE event_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)
        PARTITION BY RANGE (stored_at);
    ALTER TABLE event DROP CONSTRAINT IF EXISTS event_before_bound;
    -- a gateway of an earlier version says no time: it stores nothing here, not even to try, and waits
    ALTER TABLE event ALTER COLUMN stored_at DROP DEFAULT;
    CREATE INDEX event_occurred_at ON event (occurred_at DESC, id DESC);
    CREATE INDEX event_type ON event (type, occurred_at DESC, id DESC);
    CREATE INDEX event_topic ON event (topic, occurred_at DESC, id DESC);
    CREATE INDEX event_user_id ON event (user_id, occurred_at DESC, id DESC);
    CREATE INDEX event_username ON event (username, occurred_at DESC, id DESC);
    CREATE INDEX event_ip ON event (ip, occurred_at DESC, id DESC);
    CREATE INDEX event_service ON event (service, occurred_at DESC, id DESC);
    CREATE INDEX event_level ON event (level, occurred_at DESC, id DESC);
    CREATE INDEX event_publisher ON event (publisher, occurred_at DESC, id DESC) WHERE publisher IS NOT NULL;

    FOR one IN SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee, privilege_type AS privilege
               FROM pg_class, aclexplode(relacl) WHERE oid = was LOOP
        EXECUTE format('GRANT %s ON event TO %s', one.privilege, one.grantee);
        IF one.privilege IN ('SELECT', 'INSERT') THEN
            EXECUTE format('GRANT %s ON event_key TO %s', one.privilege, one.grantee);
        END IF;
    END LOOP;

    IF is_empty THEN
        DROP TABLE event_before;
        CREATE TABLE %first% (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE);
        CREATE INDEX ON %first% (id);
        ALTER TABLE event ATTACH PARTITION %first% FOR VALUES FROM (MINVALUE) TO ('%firstBound%');
    ELSE
        ALTER TABLE event ATTACH PARTITION event_before FOR VALUES FROM (MINVALUE) TO ('%bound%');
        ALTER TABLE event_before DROP CONSTRAINT event_before_bound;
    END IF;
END
$$;
