package io.github.eventgateway.store;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The order of stored events on PostgreSQL, for tests in other packages. */
public final class StoreOrder {

    private StoreOrder() {}

    /** Does what a gateway does before it stores, and every few seconds. */
    public static void check(DataSource database) {
        new ForeignBatches(new JdbcTemplate(database), new TransactionTemplate(new JdbcTransactionManager(database)))
                .remove();
    }
}
