/** Events and their types: the catalogue, the readers of requests and records, the schemas, and redaction. */
package io.github.eventgateway.event;
