package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.eventgateway.api.Audited;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer's {@code data} to a replay of one.
 *
 * @param shown what the caller learns
 * @param repair what was changed; null where nothing was
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
