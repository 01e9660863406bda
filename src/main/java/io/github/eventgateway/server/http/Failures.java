package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.kafka.KafkaFailures;
import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Classifies a failure: fault of the caller, of a dependency, or of the gateway. */
final class Failures {

    private Failures() {}

    /** Returns the failure as the caller sees it, without any text of its cause. */
    static GatewayException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException known) {
                return known;
            }
            if (cause instanceof RecordTooLargeException) {
                return new GatewayException(Reason.TOO_LARGE);
            }
            if (cause instanceof TopicAuthorizationException refused) {
                return new GatewayException(
                        Reason.KAFKA_UNAVAILABLE,
                        "",
                        KafkaFailures.mayNotWrite(String.join(", ", refused.unauthorizedTopics())));
            }
            if (cause instanceof KafkaException) {
                return new GatewayException(Reason.KAFKA_UNAVAILABLE);
            }
            if (cause instanceof SQLException
                    || cause instanceof DataAccessException
                    || cause instanceof TransactionException) {
                return new GatewayException(Reason.DATABASE_UNAVAILABLE);
            }
            if (cause.getCause() == cause) {
                break;
            }
        }
        return new GatewayException(Reason.INTERNAL_ERROR);
    }
}
