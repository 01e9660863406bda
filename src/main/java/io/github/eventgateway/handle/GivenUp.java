package io.github.eventgateway.handle;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The first step in the {@code doCatch} of a handler. Any thread. */
@Component("givenUp")
public class GivenUp {

    /**
     * Makes the failure of another route one of this route. The error handler of that route has marked the exchange as
     * handled. Without this step Camel would then retry no further step, not even the dead letter (measured on Camel
     * 4.22.0).
     */
    public void takeOver(Exchange exchange) {
        exchange.getExchangeExtension().setFailureHandled(false);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
    }
}
