package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.Migrations;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Ends the start where the database holds an audit trail of another key; the trail itself looks later at one that was away. */
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

    /** @throws io.github.eventgateway.api.StartupException where the key is another one */
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
