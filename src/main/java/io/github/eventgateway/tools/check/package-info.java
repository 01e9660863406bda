/** The command {@code check} and the check at the start: rules for route files, schemas and settings. */
package io.github.eventgateway.tools.check;
