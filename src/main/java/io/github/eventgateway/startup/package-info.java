/** The start of the gateway: roles, the log format, renamed settings, and the sentence for a failed start. */
package io.github.eventgateway.startup;
