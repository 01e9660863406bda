package io.github.eventgateway.handle;

import java.io.IOException;

/** A webhook that gave no answer. The message holds nothing of its URL, and there is no cause that could. */
public class WebhookException extends IOException {

    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }
}
