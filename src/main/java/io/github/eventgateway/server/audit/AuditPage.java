package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.Audited;
import java.util.List;
import java.util.Map;

/** A page of records. The cursor is null on the last page. */
record AuditPage(List<AuditItem> items, String nextCursor) implements Audited {

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
