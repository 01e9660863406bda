package io.github.eventgateway.kafka;

import org.springframework.stereotype.Component;

/** Stub until the admin part lands. */
@Component("brokerAvailability")
public class BrokerAvailability {
    public void check() {}

    public void succeeded() {}

    public void failed(Throwable failure) {}
}
