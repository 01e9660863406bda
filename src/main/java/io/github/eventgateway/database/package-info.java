/** The database: connections, migrations and partitions, on PostgreSQL and SQLite. */
package io.github.eventgateway.database;
