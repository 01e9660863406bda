package io.github.eventgateway.kafka;

import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.NoAnswerException;
import io.github.eventgateway.api.RootCause;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.ExchangeHelper;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Logs that a route of a consumer failed and is tried again: which route, its input, and the cause. It logs the same
 * cause of the same route only once until the cause has been absent for a while, so an outage is one line. The lines
 * contain no content of events and no SQL. Error policies use it as {@code onRedeliveryRef}, because Camel's own log
 * line names neither route nor event. Any thread.
 */
@Component("retryLog")
class RetryLog implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(RetryLog.class);

    /** A cause that did not occur for this time is logged again. */
    private static final long OVER_NANOS = Duration.ofMinutes(1).toNanos();

    private static final int MOST_REASONS = 1000;

    /** SQLState classes of server faults: connection, resources, operator, disk. */
    private static final Set<String> OF_THE_SERVER = Set.of("08", "53", "57", "58");

    private record Kind(String route, String reason) {}

    private final ConsumerProblems problems;
    private final Map<Kind, Long> lastSeen = new ConcurrentHashMap<>();

    RetryLog(ConsumerProblems problems) {
        this.problems = problems;
    }

    /** Camel calls this before each redelivery. */
    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null) {
            return;
        }
        FatalErrors.endOn(failure);
        Route at = ExchangeHelper.getRoute(exchange);
        String route = at == null ? exchange.getFromRouteId() : at.getRouteId();
        String reason = reason(failure, exchange);
        Optional<Located> subject = subject(exchange);
        String what = subject.map(Located::place).orElse("an unknown record");
        if (isNew(new Kind(route, reason))) {
            LOG.warn("Route {} cannot process {}. It retries according to its error policy. {}", route, what, reason);
        } else {
            LOG.debug("Route {} still cannot process {}. {}", route, what, reason);
        }
        if (subject.orElse(null) instanceof PolledBatch batch) {
            batch.partitions().forEach(partition -> problems.processingFailed(batch.group(), partition, reason));
        }
    }

    private boolean isNew(Kind kind) {
        long now = System.nanoTime();
        if (lastSeen.size() > MOST_REASONS) {
            lastSeen.clear();
        }
        Long before = lastSeen.put(kind, now);
        return before == null || now - before > OVER_NANOS;
    }

    /** Returns the event of the route, or the batch if it has no event. */
    private static Optional<Located> subject(Exchange exchange) {
        return Stream.concat(Stream.of(exchange.getMessage().getBody()), exchange.getProperties().values().stream())
                .filter(Located.class::isInstance)
                .map(Located.class::cast)
                .min(Comparator.comparing(PolledBatch.class::isInstance));
    }

    private static String reason(Throwable failure, Exchange exchange) {
        for (Throwable cause = failure; cause != null && cause != cause.getCause(); cause = cause.getCause()) {
            if (cause instanceof HttpOperationFailedException http) {
                return "The webhook answered " + http.getStatusCode();
            }
            if (cause instanceof GatewayException known) {
                return "The reason is " + known.reason();
            }
            if (cause instanceof KafkaException) {
                return KafkaFailures.sentence(failure);
            }
            if (cause instanceof SQLException
                    || cause instanceof DataAccessException
                    || cause instanceof TransactionException) {
                return ofDatabase(failure);
            }
            if (cause instanceof NoAnswerException) {
                return cause.getMessage();
            }
        }
        String step = exchange.getExchangeExtension().getHistoryNodeSource();
        return RootCause.of(failure).getClass().getName() + (step == null ? "" : " at " + step);
    }

    /** The message of the database may quote a row, and the message of the exception quotes the statement. */
    private static String ofDatabase(Throwable failure) {
        String state = null;
        boolean connected = true;
        for (Throwable cause = failure; cause != null && cause != cause.getCause(); cause = cause.getCause()) {
            connected &=
                    !(cause instanceof TransactionException || cause instanceof DataAccessResourceFailureException);
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        boolean answers =
                state == null ? connected : !OF_THE_SERVER.contains(state.substring(0, Math.min(2, state.length())));
        String code = state == null ? "" : " (SQLState " + state + ")";
        return answers ? "The database rejects the statement" + code : "The database does not answer" + code;
    }
}
