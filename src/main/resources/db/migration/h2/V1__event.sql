CREATE TABLE event (
    id              varchar(64)              NOT NULL PRIMARY KEY,
    type            varchar(64)              NOT NULL,
    topic           varchar(249)             NOT NULL,
    kafka_partition integer                  NOT NULL,
    kafka_offset    bigint                   NOT NULL,
    occurred_at     timestamp with time zone NOT NULL,
    received_at     timestamp with time zone NOT NULL,
    user_id         varchar(64),
    username        varchar(64),
    ip              varchar(45),
    action          varchar(64),
    service         varchar(128),
    level           varchar(16),
    payload         character varying(1048576) NOT NULL
);

CREATE INDEX event_occurred_at ON event (occurred_at DESC, id DESC);
CREATE INDEX event_type ON event (type, occurred_at DESC, id DESC);
CREATE INDEX event_topic ON event (topic, occurred_at DESC, id DESC);
CREATE INDEX event_user_id ON event (user_id, occurred_at DESC, id DESC);
CREATE INDEX event_username ON event (username, occurred_at DESC, id DESC);
CREATE INDEX event_ip ON event (ip, occurred_at DESC, id DESC);
CREATE INDEX event_service ON event (service, occurred_at DESC, id DESC);
CREATE INDEX event_level ON event (level, occurred_at DESC, id DESC);
