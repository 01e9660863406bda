package io.github.eventgateway.deadletter;

/** The result of a claim: the {@link Replay} to send, or the {@link ReplayOutcome} if there is nothing to send. */
sealed interface ClaimResult permits Replay, ReplayOutcome {}
