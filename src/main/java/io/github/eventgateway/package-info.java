/** The entry point of the gateway and the commands of its jar. */
package io.github.eventgateway;
