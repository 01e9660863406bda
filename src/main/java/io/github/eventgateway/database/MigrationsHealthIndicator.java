package io.github.eventgateway.database;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Down until the database has its tables: before that nothing can be stored or asked for, though it answers. */
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
