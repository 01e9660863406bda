package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.Migrations;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ends the start if the database has an audit trail with another key. If the database is unavailable, the trail itself
 * checks later.
 */
@Component
class AuditStart implements SmartLifecycle {

    private static final int AFTER_MIGRATIONS = Integer.MIN_VALUE + 2;

    private final Migrations migrations;
    private final AuditTrail trail;
    private volatile boolean running;

    AuditStart(Migrations migrations, AuditTrail trail) {
        this.migrations = migrations;
        this.trail = trail;
    }

    /**
     * @throws io.github.eventgateway.api.StartupException if the key differs
     */
    @Override
    public void start() {
        running = true;
        if (migrations.isMigrated()) {
            trail.prepare();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return AFTER_MIGRATIONS;
    }
}
