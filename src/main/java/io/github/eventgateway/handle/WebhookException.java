package io.github.eventgateway.handle;

import java.io.IOException;

/** A webhook did not answer. Neither the message nor a cause contains its URL. */
public class WebhookException extends IOException {

    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }
}
