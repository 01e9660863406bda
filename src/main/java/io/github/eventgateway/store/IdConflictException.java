package io.github.eventgateway.store;

/** The id of an event belongs to a different, stored event. */
final class IdConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdConflictException(StoredEvent stored) {
        super("another event is stored under this id, from " + stored.topic() + ", partition " + stored.partition()
                + ", offset " + stored.offset());
    }
}
