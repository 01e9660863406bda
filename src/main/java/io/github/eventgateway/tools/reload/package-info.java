/** Reloads edited routes and schemas while the gateway runs, with the profile {@code dev}. */
package io.github.eventgateway.tools.reload;
