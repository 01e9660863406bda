package io.github.eventgateway.retention;

import io.github.eventgateway.database.ConnectionPools;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PartitionSettings;
import io.github.eventgateway.server.audit.AuditTrail;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Selects the way to remove expired data by the kind of the database. */
@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {

    @Bean
    Trimmer trimmer(
            RetentionSettings settings,
            DatabaseSettings database,
            PartitionSettings partitions,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            AuditTrail audit) {
        EventArchive archive = settings.eventArchive();
        return database.isPostgresql()
                ? new PostgresqlTrimmer(ConnectionPools.ofTheOwner(database), archive, audit)
                : new SqliteTrimmer(jdbc, new TransactionTemplate(transactions), partitions.span(), archive, audit);
    }
}
