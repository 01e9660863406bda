package io.github.eventgateway.retention;

import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.MigrationAccount;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The way to remove what is too old, by the kind of the database. */
@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {

    @Bean
    Trimmer trimmer(DatabaseSettings database, JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        return database.isPostgresql()
                ? new PostgresqlTrimmer(new MigrationAccount(database))
                : new SqliteTrimmer(jdbc, new TransactionTemplate(transactions));
    }
}
