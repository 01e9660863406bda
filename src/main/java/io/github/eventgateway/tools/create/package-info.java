/** The command {@code new}: writes an event type, a topic or a handler. */
package io.github.eventgateway.tools.create;
