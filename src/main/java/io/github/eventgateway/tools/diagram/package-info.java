/** Draws and lists the running routes. */
package io.github.eventgateway.tools.diagram;
