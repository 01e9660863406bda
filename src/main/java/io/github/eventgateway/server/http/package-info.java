/** The HTTP engine that serves the REST verbs of the routes: limits, jobs, streams and answers. */
package io.github.eventgateway.server.http;
