/** Keyed proofs that a gateway wrote the headers of a record. */
package io.github.eventgateway.seal;
