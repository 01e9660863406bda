/** Work that continues after its request: its progress, its result and its stop. */
package io.github.eventgateway.job;
