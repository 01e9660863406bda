package io.github.eventgateway.handle;

import io.github.eventgateway.api.NoAnswerException;

/** A webhook did not answer. Neither the message nor a cause contains its URL. */
public class WebhookException extends NoAnswerException {

    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }
}
