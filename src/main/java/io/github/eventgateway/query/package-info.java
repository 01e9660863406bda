/** Finds, counts, streams and exports stored events. */
package io.github.eventgateway.query;
