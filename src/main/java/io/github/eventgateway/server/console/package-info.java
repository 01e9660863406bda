/** Serves the files of the console, and its sign-in settings. */
package io.github.eventgateway.server.console;
