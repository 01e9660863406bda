package io.github.eventgateway.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.StrictRequest;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.Scalars;
import java.util.Set;
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

    private static final String USER_ID = "user_id";
    private static final int LONGEST_USER_ID = 4000;

    /** Returns the id in the path if it has the form of an id. */
    public String id(@Header("id") String id) {
        return StrictRequest.id(id);
    }

    /** Reads the body {@code {"user_id": …}} with the id as a number or a string. */
    public ErasureOrder order(@Body byte[] body, @ExchangeProperty(CallProperties.SUBJECT) String subject) {
        StrictRequest request = new StrictRequest(body, Set.of(USER_ID));
        JsonNode value = request.body().path(USER_ID);
        String user = value.isTextual() || value.isNumber() ? Scalars.text(value) : "";
        if (user.isBlank() || !user.equals(ColumnText.of(user, LONGEST_USER_ID))) {
            request.addFault("/" + USER_ID, "must be a number, or a string of 1 to " + LONGEST_USER_ID + " characters");
        }
        request.requireNoFaults();
        return new ErasureOrder(user, subject);
    }
}
