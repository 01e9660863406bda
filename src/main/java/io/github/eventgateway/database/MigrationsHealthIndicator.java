package io.github.eventgateway.database;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Reports down until the database has its tables. Before that nothing can be stored or queried, even if the database
 * answers.
 */
@Component
class MigrationsHealthIndicator extends AbstractHealthIndicator {

    private final Migrations migrations;

    MigrationsHealthIndicator(Migrations migrations) {
        this.migrations = migrations;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (migrations.isMigrated()) {
            builder.up();
        } else {
            builder.down().withDetail("problem", migrations.problem());
        }
    }
}
