/** The embedded broker, the data folder and the generated keys of a gateway without settings. */
package io.github.eventgateway.embedded;
