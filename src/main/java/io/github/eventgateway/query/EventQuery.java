package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Folding;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Queries events. It is a bean because a fixed SQL with every filter could not use the index of the filter in the
 * request. The SQL is composed only of the constants below, and every value is a named parameter.
 */
@Component("eventQuery")
public class EventQuery {

    private static final String SHOWN =
            "id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, publisher, repaired_by, payload";
    private static final List<String> EQUAL = List.of("type", "topic", "user_id", "username", "ip", "service", "level");
    private static final List<String> COMPARED =
            Stream.concat(EQUAL.stream(), Stream.of("publisher")).toList();
    private static final String ORDER = "occurred_at, id";
    private static final int LONGEST_VALUE = 256;

    private final JsonFactory json;
    private final ObjectMapper mapper;
    private final NamedParameterJdbcTemplate jdbc;
    private final EventCatalogue catalogue;
    private final boolean isPostgresql;
    private final PageSettings pages;
    private final Listing shown;
    private final Listing exported;

    EventQuery(
            ObjectMapper json,
            EventCatalogue catalogue,
            DatabaseSettings database,
            PageSettings pages,
            JdbcTemplate jdbc) {
        this.json = json.getFactory();
        this.mapper = json;
        this.jdbc = new NamedParameterJdbcTemplate(jdbc);
        this.catalogue = catalogue;
        this.isPostgresql = database.isPostgresql();
        this.pages = pages;
        this.shown = listing(SHOWN);
        this.exported = listing(String.join(", ", EventExport.columns()));
    }

    private Listing listing(String columns) {
        return new Listing("event", columns, List.of("occurred_at", "id"), List.of("payload"), isPostgresql);
    }

    /**
     * Sets the SQL as the body, and its parameters as {@code jdbc:} expects them, from the query parameters of the
     * request. Any thread.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void prepare(Exchange exchange) {
        Selection events = select(exchange);
        Set<String> filters = events.values().keySet();
        events.before(ORDER);
        if (isPostgresql && (filters.isEmpty() || filters.size() == 1 && COMPARED.containsAll(filters))) {
            String filter = filters.isEmpty() ? null : filters.iterator().next();
            String rest = events.values().containsKey("cursor_id") ? Selection.beforeCursor(ORDER) : null;
            events.page(exchange, shown.pagePlannedOnce(filter, rest), pages);
        } else {
            events.page(exchange, shown, pages);
        }
    }

    /**
     * Searches the events that meet the filters of {@link #prepare} for those with the text {@code q}, and returns a
     * page. It ends after {@code gateway.query.search-time} with the events found until then, possibly none, and with
     * the cursor at which the search continues. It waits for the database.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public EventPage search(Exchange exchange) {
        Selection events = select(exchange);
        String condition = text(events);
        Cursor start = events.cursor();
        int limit = events.limit();
        events.requireValid();
        EventScan scan = new EventScan(jdbc, shown, events.clause(), condition, events.values(), start);
        return EventPage.of(scan.read(limit, pages.pageBytes(), pages.searchTime()), json);
    }

    /**
     * Returns all events that meet the filters of {@link #prepare} as a stream. The parameter {@code format} is ndjson
     * or csv. Any thread.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public StreamedAnswer export(Exchange exchange) {
        Selection events = select(exchange);
        String condition = text(events);
        String name = events.value("format");
        ExportFormat format = name == null ? ExportFormat.NDJSON : ExportFormat.of(name);
        if (format == null) {
            events.addFault("format", "must be ndjson or csv");
        }
        Cursor start = events.cursor();
        events.requireValid();
        EventScan scan = new EventScan(jdbc, exported, events.clause(), condition, events.values(), start);
        return new EventExport(scan, format, mapper, CallerToken.of(exchange), pages.exportTime());
    }

    /** Returns the selection by all filters for events in memory. */
    EventFilter filter(Selection events) {
        String q = text(events) == null ? null : Folding.fold(events.value("q"));
        return new EventFilter(COMPARED, events.values(), q);
    }

    /** Returns the selection by the filters of {@link #prepare}, which have an index each, with all faults. */
    Selection select(Exchange exchange) {
        Selection events = Selection.of(exchange.getMessage());
        EQUAL.forEach(column -> equal(events, column));
        events.equal("publisher", "publisher", LONGEST_VALUE);
        events.time("from", "occurred_at >= :?from");
        events.time("to", "occurred_at < :?to");
        return events;
    }

    /** Returns the condition of {@code q}, and adds its value to the selection; null without {@code q}. */
    private String text(Selection events) {
        String q = events.text("q", LONGEST_VALUE);
        if (q == null) {
            return null;
        }
        events.set("q", isPostgresql ? Folding.pattern(q) : Folding.fold(q));
        return isPostgresql ? "payload ~ :?q" : "instr(fold(payload), :?q) > 0";
    }

    /** A withheld value may be stored as its hash. */
    private void equal(Selection events, String column) {
        String value = events.text(column, LONGEST_VALUE);
        Optional<String> hash = value == null ? Optional.empty() : catalogue.hash(column, value);
        if (hash.isPresent()) {
            String parameter = column + "_hash";
            events.where(
                    column + " IN (:?" + column + ", :?" + parameter + ")",
                    Map.of(column, value, parameter, hash.get()));
        } else if (value != null) {
            events.where(column + " = :?" + column, Map.of(column, value));
        }
    }

    /**
     * Returns the id of the path as a parameter for {@code jdbc:}. Any thread.
     *
     * @throws GatewayException with {@code NOT_FOUND} if no event can have this id
     */
    public String id(@Header("id") String id) {
        if (!EventIds.isId(id)) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return id;
    }

    /** Converts the rows to a page of the answer. Any thread. */
    public EventPage page(List<Map<String, Object>> rows, @ExchangeProperty(Selection.LIMIT) int limit) {
        PageRows page = PageRows.of(rows, limit);
        return EventPage.of(new EventRows(page.shown(), EventRows.cursor(page.last())), json);
    }

    /**
     * Converts the only row to an item. Any thread.
     *
     * @throws GatewayException with {@code NOT_FOUND} without a row
     */
    public EventItem item(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return EventItem.of(rows.get(0), json);
    }
}
