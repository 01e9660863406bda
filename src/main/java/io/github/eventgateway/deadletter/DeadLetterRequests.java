package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictRequest;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.PublishPermission;
import io.github.eventgateway.query.Selection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * Reads the requests to replay and discard dead letters. It rejects unknown fields, so that a misspelt filter replays
 * nothing. All methods throw {@link
 * GatewayException}: {@code NOT_FOUND} for text that is not an id, {@code MALFORMED_JSON}, and {@code REQUEST_INVALID}
 * with all faults. Any thread.
 */
@Component("deadLetterRequests")
public class DeadLetterRequests {

    static final int MAX_REPLAYS_AT_ONCE = 1_000_000;

    private static final int DEFAULT_REPLAYS_AT_ONCE = 1000;
    private static final int MAX_RATE = 100_000;

    /** Returns the id in the path if it has the form of an id. */
    public String id(@Header("id") String id) {
        return StrictRequest.id(id);
    }

    /**
     * Returns the request to replay one dead letter. The body is empty, or {@code {"event": …, "group": …}} with a
     * repaired event, the target consumer group, or both. A repaired event is a new event, so it needs a scope to
     * publish its type.
     */
    public ReplayOrder replay(
            @Header("id") String id,
            @Body byte[] body,
            @ExchangeProperty(CallProperties.SUBJECT) String subject,
            @ExchangeProperty(CallProperties.SCOPES) Set<String> scopes) {
        id(id);
        if (body == null || body.length == 0) {
            return new ReplayOrder(id, subject, null, null);
        }
        StrictRequest request = new StrictRequest(body, Set.of("event", "group"));
        JsonNode event = request.body().get("event");
        if (event != null) {
            requirePermission(event, scopes);
            if (!event.isObject()) {
                request.addFault("/event", "must be a JSON object, the repaired event");
            }
        }
        String group = group(request);
        request.requireNoFaults();
        return new ReplayOrder(id, subject, (ObjectNode) event, group);
    }

    private static void requirePermission(JsonNode event, Set<String> scopes) {
        if (scopes == null || scopes.stream().noneMatch(PublishPermission::isGrantedBy)) {
            throw new GatewayException(
                    Reason.INSUFFICIENT_SCOPE, "/event", "needs the scope " + PublishPermission.SCOPE);
        }
        JsonNode type = event.get("type");
        if (type != null && type.isTextual()) {
            PublishPermission.of(scopes).require(type.textValue(), "/event/type");
        }
    }

    /** Returns requests to replay the found dead letters with their original bytes. */
    public List<ReplayOrder> replayOrders(
            @Body List<Map<String, Object>> rows,
            @ExchangeProperty(CallProperties.SUBJECT) String subject,
            @ExchangeProperty(DeadLetterProperties.BULK) BulkReplay bulk) {
        return rows.stream()
                .map(row -> new ReplayOrder((String) row.get("id"), subject, null, bulk.group()))
                .toList();
    }

    /**
     * Returns the request to replay all dead letters that a filter finds: {@code {"filter": {…}, "group": …, "dry_run":
     * true, "max": 1000, "rate": 100}}.
     */
    public BulkReplay bulk(@Body byte[] body) {
        StrictRequest request = new StrictRequest(body, Set.of("filter", "group", "dry_run", "max", "rate"));
        DeadLetterFilter filter = filter(request);
        boolean dryRun = dryRun(request);
        int max = number(request, "max", DEFAULT_REPLAYS_AT_ONCE, MAX_REPLAYS_AT_ONCE);
        int rate = number(request, "rate", 0, MAX_RATE);
        String group = group(request);
        request.requireNoFaults();
        return new BulkReplay(filter, dryRun, max, rate, group);
    }

    /** Returns the request to discard one dead letter: {@code {"reason": "…"}}. */
    public DiscardOrder discard(
            @Header("id") String id, @Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        id(id);
        StrictRequest request = new StrictRequest(body, Set.of("reason"));
        String reason = reason(request);
        request.requireNoFaults();
        return new DiscardOrder(id, subject, reason);
    }

    /**
     * Returns the request to discard all open dead letters that a filter finds: {@code {"filter": {…}, "reason": "…",
     * "dry_run": true}}. A dry run needs no reason.
     */
    public BulkDiscard bulkDiscard(@Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        StrictRequest request = new StrictRequest(body, Set.of("filter", "reason", "dry_run"));
        DeadLetterFilter filter = filter(request);
        JsonNode status = request.body().path("filter").path("status");
        if (status.isTextual() && !status.textValue().equals("open")) {
            request.addFault("/filter/status", "must be open; open is also the default");
        }
        boolean dryRun = dryRun(request);
        String reason = dryRun && !request.body().has("reason") ? null : reason(request);
        request.requireNoFaults();
        return new BulkDiscard(filter, dryRun, subject, reason);
    }

    private static boolean dryRun(StrictRequest request) {
        JsonNode dryRun = request.body().get("dry_run");
        if (dryRun != null && !dryRun.isBoolean()) {
            request.addFault("/dry_run", "must be true or false");
        }
        return dryRun != null && dryRun.booleanValue();
    }

    private static String reason(StrictRequest request) {
        JsonNode reason = request.body().get("reason");
        String text = reason != null && reason.isTextual() ? reason.textValue() : "";
        if (text.isBlank() || !text.equals(ColumnText.of(text, RejectedRecord.MAX_MESSAGE))) {
            request.addFault("/reason", "must be a string of 1 to " + RejectedRecord.MAX_MESSAGE + " characters");
        }
        return text;
    }

    /** An empty filter finds all dead letters. A missing filter may be a mistake, so it is an error. */
    private static DeadLetterFilter filter(StrictRequest request) {
        if (!(request.body().get("filter") instanceof ObjectNode filter)) {
            request.addFault("/filter", "must be a JSON object; {} selects all open dead letters");
            return null;
        }
        request.checkFields(filter, DeadLetterFilter.NAMES, "/filter/");
        for (String name : DeadLetterFilter.NAMES) {
            if (filter.has(name) && !filter.get(name).isTextual()) {
                request.addFault("/filter/" + name, "must be a string");
            }
        }
        Selection letters = new Selection(name -> filter.path(name).textValue(), "/filter/");
        DeadLetterFilter.narrow(letters);
        request.addFaults(letters.violations());
        return DeadLetterFilter.openOrAsAsked(letters);
    }

    /** Returns the consumer group in the request, or null. */
    private static String group(StrictRequest request) {
        JsonNode node = request.body().get("group");
        if (node == null) {
            return null;
        }
        String group = node.isTextual() ? node.textValue() : "";
        if (group.isBlank() || !group.equals(ColumnText.of(group, DeadLetter.LONGEST_NAME))) {
            request.addFault(
                    "/group", "must be a string of 1 to " + DeadLetter.LONGEST_NAME + " characters, a consumer group");
        }
        return group;
    }

    private static int number(StrictRequest request, String name, int missing, int greatest) {
        JsonNode node = request.body().get(name);
        if (node == null) {
            return missing;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1 || node.intValue() > greatest) {
            request.addFault("/" + name, "must be a whole number from 1 to " + greatest);
            return missing;
        }
        return node.intValue();
    }
}
