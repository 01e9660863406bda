/** The audit trail: its records, their chain, its anchors and its verification. */
package io.github.eventgateway.server.audit;
