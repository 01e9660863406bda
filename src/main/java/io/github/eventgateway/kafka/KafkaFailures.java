package io.github.eventgateway.kafka;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** Explains failures of Kafka for operators: the cause, and what to check. */
public final class KafkaFailures {

    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    private KafkaFailures() {}

    /** Returns a sentence without its full stop. It contains no credentials and no text of the failure. */
    public static String sentence(Throwable failure) {
        if (find(failure, UnsupportedSaslMechanismException.class::isInstance) != null) {
            return "Kafka does not support the mechanism in KAFKA_SASL_MECHANISM";
        }
        if (find(failure, SaslAuthenticationException.class::isInstance) != null) {
            return "Kafka rejects the user name or password of the gateway; check KAFKA_SASL_USERNAME "
                    + "and KAFKA_SASL_PASSWORD";
        }
        if (find(failure, SslAuthenticationException.class::isInstance) != null) {
            return ofTls(failure);
        }
        if (find(failure, AuthenticationException.class::isInstance) != null) {
            return "Kafka rejects the login of the gateway; check KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_* "
                    + "and KAFKA_SSL_*";
        }
        Throwable forbidden = find(failure, AuthorizationException.class::isInstance);
        return forbidden == null ? ofBroker(failure) : ofPermission((AuthorizationException) forbidden);
    }

    private static String ofBroker(Throwable failure) {
        if (find(failure, RecordTooLargeException.class::isInstance) != null) {
            return "The record is larger than Kafka allows; check max.message.bytes of the topic";
        }
        if (find(failure, UnknownTopicOrPartitionException.class::isInstance) != null) {
            return "Kafka does not have the topic or the partition";
        }
        if (find(failure, KafkaFailures::isOfARebalance) != null) {
            return "The consumer lost its partitions before it could commit; their new owner reads the records again";
        }
        Throwable reported = find(failure, KafkaFailures::isReported);
        return reported == null
                ? "No Kafka broker answers; check that the broker runs, and check KAFKA_BROKERS"
                : "Kafka reports an error (" + reported.getClass().getSimpleName() + ")";
    }

    private static boolean isOfARebalance(Throwable cause) {
        return cause instanceof CommitFailedException || cause instanceof RebalanceInProgressException;
    }

    /** Returns whether a broker answered with an error, and not with its absence. */
    private static boolean isReported(Throwable cause) {
        return cause instanceof ApiException
                && !(cause instanceof TimeoutException
                        || cause instanceof DisconnectException
                        || cause instanceof NetworkException
                        || cause instanceof BrokerNotAvailableException);
    }

    /** Returns whether one side rejects the identity of the other. */
    static boolean isRefusedLogin(Throwable failure) {
        return find(failure, AuthenticationException.class::isInstance) != null;
    }

    /** Returns a sentence without its full stop. Several topics are separated by commas. */
    public static String mayNotWrite(String topic) {
        return "The Kafka user of the gateway may not write to topic " + topic;
    }

    static String mayNotSee(String topic) {
        return "The Kafka user of the gateway may not describe topic " + topic;
    }

    private static String ofTls(Throwable failure) {
        if (find(failure, CertificateExpiredException.class::isInstance) != null) {
            return "The certificate of the Kafka broker has expired";
        }
        if (find(failure, CertificateNotYetValidException.class::isInstance) != null) {
            return "The certificate of the Kafka broker is not valid yet";
        }
        if (find(failure, CertPathBuilderException.class::isInstance) != null) {
            return "The gateway does not trust the certificate authority of the Kafka broker; check "
                    + "KAFKA_SSL_CA_FILE";
        }
        Throwable refused = find(failure, cause -> alert(cause) != null);
        if (refused != null) {
            return "Kafka rejects the certificate of the gateway (" + alert(refused)
                    + "): it is missing or expired, or Kafka does not trust its certificate authority; "
                    + "check KAFKA_SSL_CERTIFICATE_FILE and KAFKA_SSL_KEY_FILE";
        }
        if (find(failure, KafkaFailures::isOfAnotherHost) != null) {
            return "The certificate of the Kafka broker is for another host than the one in KAFKA_BROKERS";
        }
        return "The TLS connection to Kafka fails; check KAFKA_SECURITY_PROTOCOL and KAFKA_SSL_*";
    }

    private static boolean isOfAnotherHost(Throwable cause) {
        return cause instanceof CertificateException
                && String.valueOf(cause.getMessage()).startsWith("No ");
    }

    private static String alert(Throwable cause) {
        Matcher alert = ALERT.matcher(String.valueOf(cause.getMessage()));
        return alert.find() ? alert.group(1) : null;
    }

    private static String ofPermission(AuthorizationException failure) {
        if (failure instanceof TopicAuthorizationException topics) {
            return "The Kafka user of the gateway has no permission for topic "
                    + String.join(", ", topics.unauthorizedTopics());
        }
        if (failure instanceof GroupAuthorizationException group) {
            return "The Kafka user of the gateway may not read in group " + group.groupId();
        }
        return failure instanceof ClusterAuthorizationException
                ? "The Kafka user of the gateway may not write to any topic"
                : "The Kafka user of the gateway has no permission";
    }

    private static Throwable find(Throwable failure, Predicate<Throwable> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.test(cause)) {
                return cause;
            }
        }
        return null;
    }
}
