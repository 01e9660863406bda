-- Times are UTC as text of one width, 2026-11-23T17:04:01.333760Z, so that they sort. SQLite knows no length of text: a
-- constraint whose name ends with _length stands for varchar(n), and is told as one.
CREATE TABLE event (
    id              TEXT    NOT NULL PRIMARY KEY CONSTRAINT id_length CHECK (length(id) <= 64),
    type            TEXT    NOT NULL CONSTRAINT type_length CHECK (length(type) <= 64),
    topic           TEXT    NOT NULL CONSTRAINT topic_length CHECK (length(topic) <= 249),
    kafka_partition INTEGER NOT NULL,
    kafka_offset    INTEGER NOT NULL,
    occurred_at     TEXT    NOT NULL CONSTRAINT occurred_at_form CHECK (length(occurred_at) = 27),
    received_at     TEXT    NOT NULL CONSTRAINT received_at_form CHECK (length(received_at) = 27),
    user_id         TEXT    CONSTRAINT user_id_length CHECK (length(user_id) <= 64),
    username        TEXT    CONSTRAINT username_length CHECK (length(username) <= 64),
    ip              TEXT    CONSTRAINT ip_length CHECK (length(ip) <= 45),
    action          TEXT    CONSTRAINT action_length CHECK (length(action) <= 64),
    service         TEXT    CONSTRAINT service_length CHECK (length(service) <= 128),
    level           TEXT    CONSTRAINT level_length CHECK (length(level) <= 16),
    payload         TEXT    NOT NULL
) STRICT;

CREATE INDEX event_occurred_at ON event (occurred_at, id);
CREATE INDEX event_type ON event (type, occurred_at, id);
CREATE INDEX event_topic ON event (topic, occurred_at, id);
CREATE INDEX event_user_id ON event (user_id, occurred_at, id) WHERE user_id IS NOT NULL;
CREATE INDEX event_username ON event (username, occurred_at, id) WHERE username IS NOT NULL;
CREATE INDEX event_ip ON event (ip, occurred_at, id) WHERE ip IS NOT NULL;
CREATE INDEX event_service ON event (service, occurred_at, id) WHERE service IS NOT NULL;
CREATE INDEX event_level ON event (level, occurred_at, id) WHERE level IS NOT NULL;
