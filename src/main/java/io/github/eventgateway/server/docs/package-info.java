/** Serves the page that tries the API. */
package io.github.eventgateway.server.docs;
