package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.PublishPermission;
import io.github.eventgateway.query.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * Reads the requests of triage strictly, so that a misspelt criterion replays nothing. All methods throw {@link
 * GatewayException}: {@code NOT_FOUND} for text that is not an id, {@code MALFORMED_JSON}, and {@code REQUEST_INVALID}
 * with all faults. Any thread.
 */
@Component("deadLetterRequests")
public class DeadLetterRequests {

    static final int MAX_REPLAYS_AT_ONCE = 1_000_000;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int DEFAULT_REPLAYS_AT_ONCE = 1000;
    private static final int MAX_RATE = 100_000;

    /** Returns the id in the path if it has the form of an id. */
    public String id(@Header("id") String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return id;
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
        ObjectNode object = object(body);
        JsonNode event = object.get("event");
        if (event != null) {
            requirePermission(event, scopes);
        }
        List<Violation> wrong = new ArrayList<>();
        checkNames(object, Set.of("event", "group"), "/", wrong);
        if (event != null && !event.isObject()) {
            wrong.add(new Violation("/event", "must be a JSON object, the repaired event"));
        }
        String group = group(object, wrong);
        refuse(wrong);
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
        ObjectNode object = object(body);
        List<Violation> wrong = new ArrayList<>();
        checkNames(object, Set.of("filter", "group", "dry_run", "max", "rate"), "/", wrong);
        DeadLetterFilter filter = filter(object.get("filter"), wrong);
        boolean dryRun = dryRun(object, wrong);
        int max = number(object, "max", DEFAULT_REPLAYS_AT_ONCE, MAX_REPLAYS_AT_ONCE, wrong);
        int rate = number(object, "rate", 0, MAX_RATE, wrong);
        String group = group(object, wrong);
        refuse(wrong);
        return new BulkReplay(filter, dryRun, max, rate, group);
    }

    /** Returns the request to discard one dead letter: {@code {"reason": "…"}}. */
    public DiscardOrder discard(
            @Header("id") String id, @Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        id(id);
        ObjectNode object = object(body);
        List<Violation> wrong = new ArrayList<>();
        checkNames(object, Set.of("reason"), "/", wrong);
        String reason = reason(object, wrong);
        refuse(wrong);
        return new DiscardOrder(id, subject, reason);
    }

    /**
     * Returns the request to discard all open dead letters that a filter finds: {@code {"filter": {…}, "reason": "…",
     * "dry_run": true}}. A dry run needs no reason.
     */
    public BulkDiscard bulkDiscard(@Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        ObjectNode object = object(body);
        List<Violation> wrong = new ArrayList<>();
        checkNames(object, Set.of("filter", "reason", "dry_run"), "/", wrong);
        DeadLetterFilter filter = filter(object.get("filter"), wrong);
        JsonNode status = object.path("filter").path("status");
        if (status.isTextual() && !status.textValue().equals("open")) {
            wrong.add(new Violation("/filter/status", "must be open; open is also the default"));
        }
        boolean dryRun = dryRun(object, wrong);
        String reason = dryRun && !object.has("reason") ? null : reason(object, wrong);
        refuse(wrong);
        return new BulkDiscard(filter, dryRun, subject, reason);
    }

    private static boolean dryRun(ObjectNode object, List<Violation> wrong) {
        JsonNode dryRun = object.get("dry_run");
        if (dryRun != null && !dryRun.isBoolean()) {
            wrong.add(new Violation("/dry_run", "must be true or false"));
        }
        return dryRun != null && dryRun.booleanValue();
    }

    private static String reason(ObjectNode object, List<Violation> wrong) {
        JsonNode reason = object.get("reason");
        String text = reason != null && reason.isTextual() ? reason.textValue() : "";
        if (text.isBlank() || !text.equals(ColumnText.of(text, RejectedRecord.MAX_MESSAGE))) {
            wrong.add(
                    new Violation("/reason", "must be a string of 1 to " + RejectedRecord.MAX_MESSAGE + " characters"));
        }
        return text;
    }

    /** An empty filter finds all dead letters. A missing filter may be a mistake, so it is an error. */
    private static DeadLetterFilter filter(JsonNode node, List<Violation> wrong) {
        if (!(node instanceof ObjectNode filter)) {
            wrong.add(new Violation("/filter", "must be a JSON object; {} selects all open dead letters"));
            return null;
        }
        checkNames(filter, DeadLetterFilter.NAMES, "/filter/", wrong);
        for (String name : DeadLetterFilter.NAMES) {
            if (filter.has(name) && !filter.get(name).isTextual()) {
                wrong.add(new Violation("/filter/" + name, "must be a string"));
            }
        }
        Selection letters = new Selection(name -> filter.path(name).textValue(), "/filter/");
        DeadLetterFilter.narrow(letters);
        wrong.addAll(letters.violations());
        return DeadLetterFilter.openOrAsAsked(letters);
    }

    /** Returns the consumer group in the request, or null. */
    private static String group(ObjectNode object, List<Violation> wrong) {
        JsonNode node = object.get("group");
        if (node == null) {
            return null;
        }
        String group = node.isTextual() ? node.textValue() : "";
        if (group.isBlank() || !group.equals(ColumnText.of(group, DeadLetter.LONGEST_NAME))) {
            wrong.add(new Violation(
                    "/group", "must be a string of 1 to " + DeadLetter.LONGEST_NAME + " characters, a consumer group"));
        }
        return group;
    }

    private static int number(ObjectNode object, String name, int missing, int greatest, List<Violation> wrong) {
        JsonNode node = object.get(name);
        if (node == null) {
            return missing;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1 || node.intValue() > greatest) {
            wrong.add(new Violation("/" + name, "must be a whole number from 1 to " + greatest));
            return missing;
        }
        return node.intValue();
    }

    private static void checkNames(ObjectNode object, Set<String> known, String prefix, List<Violation> wrong) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                wrong.add(new Violation(prefix + StrictJson.escaped(name), "is not a field of this request"));
            }
        });
    }

    private static void refuse(List<Violation> wrong) {
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.REQUEST_INVALID, wrong);
        }
    }

    private static ObjectNode object(byte[] body) {
        if (StrictJson.parse(body == null ? new byte[0] : body) instanceof ObjectNode object) {
            return object;
        }
        throw new GatewayException(Reason.REQUEST_INVALID, "", "must be a JSON object");
    }
}
