/**
 * Types that all other packages share: answers, reasons of errors, strict JSON, and the exchange properties of a call. It
 * depends on no other package of the gateway.
 */
package io.github.eventgateway.api;
