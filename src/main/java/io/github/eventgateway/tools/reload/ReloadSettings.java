package io.github.eventgateway.tools.reload;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of live editing in the profile dev.
 *
 * @param pollInterval Interval at which the gateway reads the files. A change takes effect if two readings are equal.
 * @param holdLimit Maximum time that new requests to changed routes wait for the requests in progress. Then they
 *     continue, and the gateway tries again later to replace the routes.
 * @param holdPause Time until the gateway tries again to replace the routes.
 * @param giveUpAfter Time after which the gateway no longer tries to replace the routes. The old routes stay in use.
 */
@ConfigurationProperties("gateway.reload")
record ReloadSettings(
        @DefaultValue("150ms") Duration pollInterval,
        @DefaultValue("1s") Duration holdLimit,
        @DefaultValue("500ms") Duration holdPause,
        @DefaultValue("90s") Duration giveUpAfter) {}
