package io.github.eventgateway.server.audit;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Creates settings of the audit trail with their defaults and without an anchor file. A test changes some of them. */
final class TestAuditSettings {

    private TestAuditSettings() {}

    static AuditSettings of(Map<String, String> some) {
        Map<String, String> all = new HashMap<>(Map.of("a.anchor-file", ""));
        some.forEach((name, value) -> all.put("a." + name, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("a", AuditSettings.class)
                .get();
    }
}
