/** Beans of handlers: the selection of events, webhooks, and the events that a handler gave up. */
package io.github.eventgateway.handle;
