package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.eventgateway.api.Audited;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code data} of the answer to a replay of one dead letter.
 *
 * @param shown the visible part
 * @param repair the change; null without a repair
 */
record ReplayAnswer(@JsonValue Map<String, Object> shown, Repair repair) implements Audited {

    @Override
    public Map<String, Object> audited() {
        Map<String, Object> audited = new LinkedHashMap<>(shown);
        audited.remove("detail");
        if (repair != null) {
            audited.putAll(repair.audited());
        }
        return audited;
    }
}
