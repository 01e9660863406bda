package io.github.eventgateway.handle;

import org.apache.camel.Converter;
import org.apache.camel.TypeConverters;
import org.springframework.stereotype.Component;

/** A Camel type converter, so that a route says {@code convertBodyTo}. */
@Component
public class AlertConverter implements TypeConverters {

    /** The event in short form. */
    @Converter
    public static Alert toAlert(SelectedEvent event) {
        return Alert.of(event);
    }
}
