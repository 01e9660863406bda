/** Removes data by age, writes archives, and restores them. */
package io.github.eventgateway.retention;
