package io.github.eventgateway.faults;

import java.time.YearMonth;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Full partitions of former months in PostgreSQL, which retention removes. Any thread. */
public final class OldMonths {

    /** The partition of the present begins here, so that earlier ones can be attached. */
    private static final YearMonth END = YearMonth.of(2021, 1);

    private static final String MAKE_ROOM = """
            DO $$
            DECLARE
                first record;
            BEGIN
                SELECT part.oid::regclass AS name,
                       (regexp_match(pg_get_expr(part.relpartbound, part.oid), 'TO \\(''([^'']+)''\\)'))[1] AS upper
                INTO STRICT first FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
                WHERE inhparent = 'event'::regclass AND pg_get_expr(part.relpartbound, part.oid) LIKE '%MINVALUE%';
                EXECUTE format('ALTER TABLE event DETACH PARTITION %s', first.name);
                EXECUTE format('ALTER TABLE event ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
                    first.name, '{end}-01Z', first.upper);
            END
            $$""";
    private static final String ATTACH = """
            DO $$
            BEGIN
                CREATE TABLE {name} (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE);
                INSERT INTO {name} (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                                    user_id, username, ip, action, payload, stored_at)
                SELECT '{name}-' || i, 'user_login', 'user_events', 0, i, at, at, i % 1000, 'former', '10.0.0.1', 'login',
                       '{"id":"{name}-' || i || '","type":"user_login","data":{"user_id":"' || i % 1000
                           || '","username":"former","ip":"10.0.0.1","action":"login","note":"' || {note} || '"}}', at
                FROM (SELECT i, timestamptz '{month}-01Z' + i * interval '1 millisecond' AS at FROM generate_series(1, {rows}) i) row;
                INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM {name} ORDER BY id;
                CREATE INDEX ON {name} (id);
                ALTER TABLE event ATTACH PARTITION {name} FOR VALUES FROM ('{month}-01Z') TO ('{next}-01Z');
            END
            $$""";
    private static final String LEFT = """
            SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relname ~ '^event_[0-9]{4}_[0-9]{2}$' AND relname < 'event_%s' ORDER BY relname""";

    private final JdbcTemplate jdbc;

    public OldMonths(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Lets months before 2021 be attached. Call it once, while few events are stored. */
    public void makeRoom() {
        jdbc.execute(MAKE_ROOM.replace("{end}", END.toString()));
    }

    /** Attaches a month before 2021 with this number of events; returns the name of its partition. */
    public String attach(YearMonth month, int rows) {
        return attach(month, rows, "'a former month'");
    }

    /**
     * Attaches a month.
     *
     * @param note an SQL expression for a text in each event; {@code i} is the number of the event
     */
    public String attach(YearMonth month, int rows, String note) {
        String name = name(month);
        jdbc.execute(ATTACH.replace("{note}", note)
                .replace("{name}", name)
                .replace("{month}", month.toString())
                .replace("{next}", month.plusMonths(1).toString())
                .replace("{rows}", String.valueOf(rows)));
        return name;
    }

    /** Returns the partitions before 2021 that exist, also those that are detached. */
    public List<String> left() {
        return jdbc.queryForList(LEFT.formatted(END.toString().replace('-', '_')), String.class);
    }

    private static String name(YearMonth month) {
        return "event_" + month.toString().replace('-', '_');
    }
}
