package io.github.eventgateway.erasure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.Scalars;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * Reads the requests to erase users strictly, because an erasure cannot be undone. All methods throw {@link
 * GatewayException}: {@code NOT_FOUND} for text that is not an id, {@code MALFORMED_JSON}, and {@code REQUEST_INVALID}
 * with all faults. Any thread.
 */
@Component("erasureRequests")
public class ErasureRequests {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String USER_ID = "user_id";
    private static final int LONGEST_USER_ID = 64;

    /** Returns the id in the path if it has the form of an id. */
    public String id(@Header("id") String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new GatewayException(Reason.NOT_FOUND);
        }
        return id;
    }

    /** Reads the body {@code {"user_id": …}} with the id as a number or a string. */
    public ErasureOrder order(@Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        if (!(StrictJson.parse(body == null ? new byte[0] : body) instanceof ObjectNode object)) {
            throw new GatewayException(Reason.REQUEST_INVALID, "", "must be a JSON object");
        }
        List<Violation> wrong = new ArrayList<>();
        object.fieldNames().forEachRemaining(name -> {
            if (!name.equals(USER_ID)) {
                wrong.add(new Violation("/" + StrictJson.escaped(name), "is not a field of this request"));
            }
        });
        var value = object.path(USER_ID);
        String user = value.isTextual() || value.isNumber() ? Scalars.text(value) : "";
        if (user.isBlank() || !user.equals(ColumnText.of(user, LONGEST_USER_ID))) {
            wrong.add(new Violation(
                    "/" + USER_ID, "must be a number, or a string of 1 to " + LONGEST_USER_ID + " characters"));
        }
        if (!wrong.isEmpty()) {
            throw new GatewayException(Reason.REQUEST_INVALID, wrong);
        }
        return new ErasureOrder(user, subject);
    }
}
