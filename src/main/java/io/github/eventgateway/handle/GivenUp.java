package io.github.eventgateway.handle;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** What a handler's {@code doCatch} does first. Any thread. */
@Component("givenUp")
public class GivenUp {

    /**
     * Takes over what another route has given up. That route's error handler has marked the exchange as one whose failure is
     * dealt with, and no other would try a step again after that, the dead letter included (measured on Camel 4.22.0).
     */
    public void takeOver(Exchange exchange) {
        exchange.getExchangeExtension().setFailureHandled(false);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
    }
}
