package io.github.eventgateway.server.audit;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports down if the audit trail has lost history or cannot be written, or if its anchors cannot be stored. It sends
 * no request, and is not part of liveness or readiness. Any thread.
 */
@Component
class AuditHealthIndicator implements HealthIndicator {

    private final AuditTrail trail;
    private final AuditAnchors anchors;

    AuditHealthIndicator(AuditTrail trail, AuditAnchors anchors) {
        this.trail = trail;
        this.anchors = anchors;
    }

    @Override
    public Health health() {
        List<String> lost = anchors.lost().stream().map(Head::toString).toList();
        List<String> problems = new ArrayList<>(anchors.problems());
        trail.problem().ifPresent(problems::add);
        if (lost.isEmpty() && problems.isEmpty()) {
            return Health.up().build();
        }
        Health.Builder health = Health.down();
        if (!lost.isEmpty()) {
            health.withDetail("lost", lost);
        }
        if (!problems.isEmpty()) {
            health.withDetail("problems", problems);
        }
        return health.build();
    }
}
