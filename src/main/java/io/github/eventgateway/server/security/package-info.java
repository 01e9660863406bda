/** Access tokens: their verification, the keys of issuers, scopes, CORS, and the token command. */
package io.github.eventgateway.server.security;
